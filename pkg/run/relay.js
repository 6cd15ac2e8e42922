export { connectRelay as createRelay } from "../connect.js";
