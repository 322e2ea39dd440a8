/**
 * The same pure function, which keeps its newest result for each first argument: a step of a fleet is compared with many
 * hosts that are alike.
 *
 * @param make must depend on its arguments alone; its result must not be changed by anybody.
 */
export function rememberNewest<Key extends object, Others extends readonly unknown[], Value>(
  make: (key: Key, ...others: Others) => Value,
): (key: Key, ...others: Others) => Value {
  const newest = new WeakMap<Key, { readonly others: Others; readonly value: Value }>();
  return (key, ...others) => {
    const known = newest.get(key);
    if (known?.others.every((other, index) => other === others[index])) return known.value;
    const value = make(key, ...others);
    newest.set(key, { others, value });
    return value;
  };
}
