let page = "";
let suffix = "";
let unread = 0;

function show(): void {
  const name = [page, suffix].filter(Boolean).join(" · ");
  document.title = unread > 0 ? `(${unread}) ${name}` : name;
}

/** The page's part of the tab title. */
export function setPageTitle(title: string): void {
  page = title;
  show();
}

/** Name of the product and count of alerts nobody has acknowledged. */
export function setTitleFrame(product: string, unacknowledged: number): void {
  suffix = product;
  unread = unacknowledged;
  show();
}
