// The numbers that cross the border between JavaScript and the wasm, by the names that src/ gives them and
// documents; a test compares the two.

// Functions.
export const DELETE = 0;
export const RETRIEVE = 1;
export const CANCEL = 2;
export const DELETE_MANY = 3;
export const PURGE_LIST = 4;
export const READ_LIST = 5;
export const CREATE_RELAY = 6;
export const CANCEL_MANY = 7;
// Kinds of limits of a response.
export const IN_CALL = 0;
export const IN_JOB = 1;
export const OF_RELAY = 2;
export const OF_STREAM = 3;
// Events of a call.
export const RESPONDED = 1;
export const LOST = 2;
export const TIMED_OUT = 3;
export const WOKE = 4;
export const CREDENTIAL = 5;
export const NO_CREDENTIAL = 6;
export const REPORTED = 7;
// Actions of a call.
export const SEND = 0;
export const SLEEP = 1;
export const CREATE_CREDENTIAL = 2;
export const REPORT_ATTEMPT = 3;
export const DONE = 4;
export const GONE = 5;
export const FAILED = 6;
export const ABORTED = 7;
// Further events of a job; its calls have their own.
export const PULLED = 8;
export const SOURCE_ENDED = 9;
export const SOURCE_FAILED = 10;
export const FILTERED = 11;
export const TURNED = 12;
export const WAKE_TIME = 13;
export const TOTAL_TIME = 14;
export const STARTED = 18;
export const POLLED = 19;
export const DRAINED = 20;
export const INTERRUPTED = 21;
// Further actions of a job.
export const PULL = 9;
export const FILTER = 10;
export const KEEP_PAGE = 11;
export const TURN = 12;
export const WAKE = 13;
export const REPORT_PROGRESS = 14;
export const FINISHED = 15;
export const JOB_FAILED = 16;
export const SOURCE_THREW = 17;
// Further events and actions of a list.
export const CONTINUED = 0;
export const BATCH = 18;
export const LIST_ENDED = 19;
// Further events of a relay, and of a visit of it; the request of a visit has its own.
export const VISITED = 22;
export const AUTHORIZED = 15;
export const THREW = 16;
export const LEFT = 17;
// Further actions of a visit.
export const AUTHORIZE = 20;
export const STREAM = 21;
export const REPORT_ERROR = 22;
export const RESPOND = 23;
export const HAND_ON = 24;
export const HAND_ON_STREAMED = 25;
export const DECORATE = 26;
