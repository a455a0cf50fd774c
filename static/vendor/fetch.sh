#!/bin/sh
# Fetches the third-party browser files into this folder: `make vendor`.
#
# Needs npm, tar and sha256sum; the app itself needs none of them, because the results are committed.
# To move to another version: change it below, delete the old files, run this with UPDATE=1 so that
# SHA256SUMS is written anew, and look at the difference before committing it.
#
# What is changed against the published files, and why:
# * names carry the version and end in .js, so that static storage hashes them and serves the right type;
# * sourceMappingURL comments go, because the maps are not shipped;
# * the minified builds of DOMPurify and Temml are plain scripts, so one export line makes a module of each.
set -eu

MARKDOWN_IT=15.0.3
DOMPURIFY=3.4.18
HIGHLIGHT=11.12.0
TEMML=0.13.5

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# get NAME VERSION: unpacks the package into $work/NAME (slashes become dashes).
get() {
    into="$work/$(echo "$1" | tr '/' '-')"
    mkdir -p "$into"
    (cd "$into" && npm pack "$1@$2" --silent >/dev/null && tar xzf ./*.tgz)
}

# put SOURCE TARGET: copies a module without its sourceMappingURL line.
put() {
    sed '/^\/\/# sourceMappingURL=/d' "$work/$1" > "$here/$2"
}

get markdown-it $MARKDOWN_IT
put markdown-it/package/dist/browser/markdown-it.esm.min.mjs markdown-it-$MARKDOWN_IT.js
# The bundle holds these five as well.
get mdurl 2.1.0
get uc.micro 3.0.0
get entities 8.1.0
get linkify-it 6.1.0
get punycode.js 2.3.1
for part in markdown-it mdurl uc.micro entities linkify-it punycode.js; do
    printf '==== %s ====\n\n' "$part"
    cat "$work/$part/package/"LICENSE*
    printf '\n'
done > "$here/markdown-it-$MARKDOWN_IT.LICENSE.txt"

get dompurify $DOMPURIFY
put dompurify/package/dist/purify.min.js dompurify-$DOMPURIFY.js
printf '\nexport default globalThis.DOMPurify;\n' >> "$here/dompurify-$DOMPURIFY.js"
cp "$work/dompurify/package/LICENSE" "$here/dompurify-$DOMPURIFY.LICENSE.txt"

get @highlightjs/cdn-assets $HIGHLIGHT
put @highlightjs-cdn-assets/package/es/highlight.min.js highlight-$HIGHLIGHT.js
cp "$work/@highlightjs-cdn-assets/package/LICENSE" "$here/highlight-$HIGHLIGHT.LICENSE.txt"

get temml $TEMML
put temml/package/dist/temml.min.js temml-$TEMML.js
printf '\nexport default temml;\n' >> "$here/temml-$TEMML.js"
cp "$work/temml/package/LICENSE" "$here/temml-$TEMML.LICENSE.txt"


cd "$here"
if [ "${UPDATE:-}" = 1 ]; then
    sha256sum ./*.js ./*.txt > SHA256SUMS
else
    sha256sum --check --quiet SHA256SUMS
fi
echo "Vendor files are in place."
