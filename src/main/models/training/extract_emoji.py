"""Writes emoji.zip: 974 Noto colour emoji bitmaps with their Unicode names, the training pictures' parts, and English words to write.

    apt-get install fonts-noto-color-emoji;  npm pack unicode-emoji-json@0.9.0 emojilib@4.0.3   (unpack both here)
    python extract_emoji.py UNICODE_EMOJI_JSON_DIR EMOJILIB_DIR FONT_TTF OUT_ZIP
"""
import io, json, re, sys, zipfile
from collections import Counter
from PIL import Image, ImageDraw, ImageFont

names_dir, keywords_dir, font_path, out = sys.argv[1:5]
emoji = json.load(open(names_dir + "/data-by-emoji.json"))
keywords = json.load(open(keywords_dir + "/dist/emoji-en-US.json"))
font = ImageFont.truetype(font_path, 109)
KEEP = {"Objects", "Travel & Places", "Smileys & Emotion", "Animals & Nature", "Food & Drink", "Activities"}
DROP = re.compile(r"button|clock|moon phase|-thirty|o’clock|hundred points|speech|thought|zzz|collision symbol")

items = []
for e, v in emoji.items():
    if v["group"] not in KEEP or "\u200d" in e or DROP.search(v["name"]):
        continue
    im = Image.new("RGBA", (136, 128))
    ImageDraw.Draw(im).text((0, 0), e.replace("\ufe0f", ""), font=font, embedded_color=True)
    box = im.getbbox()
    if box and box[2] - box[0] >= 40:
        items.append((e, v["name"].lower(), v["group"], im))

names = {n for _, n, _, _ in items}
uses = Counter(k.replace("_", " ").lower() for e, *_ in items for k in set(keywords.get(e, [])))
rows = []
with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as z:
    for i, (e, name, group, im) in enumerate(items):
        words = [k.replace("_", " ").lower() for k in keywords.get(e, [])]
        aliases = [k for k in words if uses[k] == 1 and k not in names and re.fullmatch(r"[a-z][a-z \-]{2,20}", k)][:3]
        png = io.BytesIO(); im.save(png, "PNG", optimize=True); z.writestr(f"{i}.png", png.getvalue())
        rows.append({"name": re.sub(r"[^a-z0-9 \-]", "", name).strip(), "aliases": aliases, "group": group})
    z.writestr("items.json", json.dumps(rows))
    english = {w for words in keywords.values() for k in words for w in re.split(r"[_ \-]", k.lower()) if re.fullmatch("[a-z]{2,8}", w)}
    z.writestr("words.json", json.dumps(sorted(english)))
print(len(rows), "emoji")
