/** A file system of its own that is mounted read-only, with a file, a directory and a link on it. */
export const READ_ONLY_MOUNT =
  'mkdir -p /srv/ro; mount -t tmpfs tmpfs /srv/ro; mkdir /srv/ro/d; echo x >/srv/ro/f; ln -s f /srv/ro/l; mount -o remount,ro /srv/ro';
