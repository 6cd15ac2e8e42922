// The roles of operators. Each has the permissions of the ones before it.

/**
 * `read` lists batches and sees retention; `delete` deletes, cancels, starts and stops; `configure` places and releases
 * holds.
 */
export const ROLES = ["read", "delete", "configure"];

/** Returns whether a role has the permissions of the role `wanted`. */
export const may = (role, wanted) => ROLES.indexOf(role) >= ROLES.indexOf(wanted);
