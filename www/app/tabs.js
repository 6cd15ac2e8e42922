// The tabs of the side panel: the one that is shown, and whether the drawer of a narrow page is open.

import { Signal } from "../ui/signal.js";

export const panel = new Signal({ tab: "retention", isOpen: false });

export const openTab = (tab) => panel.set({ tab, isOpen: true });
