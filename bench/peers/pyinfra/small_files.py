"""Many small files, with the contents of bench/jobs/small-files.ts: one operation for each."""
import io
import json
import os

from pyinfra.operations import files

DATA = json.loads(os.environ["BENCH_DATA"])
files.directory(name="Folder", path=DATA["folder"], mode="755")
for file in DATA["files"]:
    files.put(
        name=file["name"],
        src=io.StringIO(file["content"]),
        dest=f"{DATA['folder']}/{file['name']}",
        mode="644",
    )
