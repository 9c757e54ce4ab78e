import { ProductViewer } from "./product-viewer.js";

if (!customElements.get("product-viewer")) customElements.define("product-viewer", ProductViewer);

export { ProductViewer };
