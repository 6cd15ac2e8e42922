// The part of a driver that Playwright and Puppeteer have in common.

export const hands = (page) => ({
  goto: (url) => page.goto(url),
  click: async (x, y, isShifted) => {
    if (isShifted) await page.keyboard.down("Shift");
    await page.mouse.click(x, y);
    if (isShifted) await page.keyboard.up("Shift");
  },
  type: (text) => page.keyboard.type(text),
  press: async (keys) => {
    const [key, modifier] = keys.split("+").reverse();
    if (modifier) await page.keyboard.down(modifier);
    await page.keyboard.press(key);
    if (modifier) await page.keyboard.up(modifier);
  },
});
