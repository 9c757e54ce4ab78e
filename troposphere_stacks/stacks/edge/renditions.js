// CloudFront runs this on each request for a rendition, before it looks into its cache. It does what the
// shop's own /assets does (storefront/assets/views.py): the address below /assets is the key, brotli bytes
// lie beside a model's own under ".br", and ranges are of the plain bytes.
function handler(event) {
  var request = event.request;
  var key = request.uri.slice("/assets".length);
  if (key.endsWith(".br") || key.includes("..")) {
    return { statusCode: 404, statusDescription: "Not Found" };
  }
  if (key.endsWith(".glb") && !request.headers.range && takesBrotli(request.headers["accept-encoding"])) {
    key += ".br";
  }
  request.uri = key;
  return request;
}

function takesBrotli(header) {
  return !!header && header.value.split(",").some(function (offered) {
    var parts = offered.trim().toLowerCase().split(/\s*;\s*/);
    return parts[0] === "br" && !/^q=0(\.0*)?$/.test(parts[1] || "");
  });
}
