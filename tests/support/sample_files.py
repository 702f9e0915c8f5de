"""Valid files generated in code: images of every kind, and PDFs written object by object."""

import io
import struct
import zlib
from collections.abc import Mapping, Sequence

from pikepdf import ObjectStreamMode, Pdf
from PIL import Image, ImageCms, PngImagePlugin

SIZE = (48, 32)
GPS = {1: "N", 2: (47.0, 22.0, 30.0), 3: "E", 4: (8.0, 32.0, 30.0)}
GPS_IFD, ORIENTATION, MAKER, MODEL, ARTIST, EXIF_IFD, TAKEN_AT = 0x8825, 0x0112, 0x010F, 0x0110, 0x013B, 0x8769, 0x9003


def account_view(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """Return an image with more than one colour."""
    gradient = Image.linear_gradient("L").resize(size)
    bands = len(Image.new(mode, (1, 1)).getbands())
    if mode in {"1", "P"}:
        return gradient.convert(mode)
    turned = [gradient, gradient.rotate(180), gradient.transpose(Image.Transpose.FLIP_LEFT_RIGHT), gradient]
    return Image.merge(mode, turned[:bands]) if bands > 1 else gradient


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def jpeg(**options: object) -> bytes:
    return saved(account_view(), "JPEG", quality=90, **options)


def png(**options: object) -> bytes:
    return saved(account_view(), "PNG", **options)


def gif(frames: int = 1) -> bytes:
    pictures = [account_view("L").rotate(90 * number).convert("P") for number in range(frames)]
    return saved(pictures[0], "GIF", save_all=frames > 1, append_images=pictures[1:], loop=0, comment=b"made by nobody")


def bmp() -> bytes:
    return saved(account_view(), "BMP")


def exif(*, located: bool = True, orientation: int = 6) -> Image.Exif:
    """Return EXIF data as a phone writes it: maker, time, location and orientation."""
    notes = Image.Exif()
    notes[MAKER], notes[MODEL], notes[ORIENTATION] = "Phone & Co", "P-1", orientation
    notes[EXIF_IFD] = {TAKEN_AT: "2026:11:01 10:00:00"}
    if located:
        notes[GPS_IFD] = GPS
    return notes


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def png_with_texts() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Nobody")
    texts.add_itxt("XML:com.adobe.xmp", "<x exif:GPSLatitude='47,22N'/>")
    return saved(account_view(), "PNG", pnginfo=texts, exif=exif())


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">L4s", len(body), name) + body + struct.pack(">L", zlib.crc32(name + body))


def png_claiming(width: int, height: int, rows: bytes) -> bytes:
    header = struct.pack(">LLBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = (png_chunk(b"IHDR", header), png_chunk(b"IDAT", zlib.compress(rows, 9)), png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg_segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"
CATALOGUE = "<< /Type /Catalog /Pages 2 0 R {more} >>"
PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
FIRST_FREE = 4


def pdf(catalogue: str = "", *others: str, page: str = PAGE, trailer: str = "") -> bytes:
    """Return a one-page PDF; ``catalogue`` is added to its root, ``others`` are objects from number 4 on."""
    return written_pdf([CATALOGUE.format(more=catalogue), PAGES, page, *others], trailer)


def written_pdf(objects: Sequence[str], trailer: str = "") -> bytes:
    content, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    index = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(content)}\n%%EOF\n"
    return content + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + index + end.encode()


def statement_pdf(pages: int = 6) -> bytes:
    """Return a PDF whose pages share a font, and each have text and two images, as a bank's statement has."""
    kids = " ".join(f"{4 + 4 * place} 0 R" for place in range(pages))
    objects = [
        CATALOGUE.format(more=""),
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} /MediaBox [0 0 595 842] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for place in range(pages):
        own = 4 + 4 * place
        images = f"/XObject << /Photo {own + 2} 0 R /Logo {own + 3} 0 R >>"
        resources = f"<< /Font << /F1 3 0 R >> {images} >>"
        text = f"BT /F1 12 Tf 72 720 Td (Statement, page {place + 1}) Tj ET /Photo Do /Logo Do"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /Contents {own + 1} 0 R /Resources {resources} >>",
            pdf_stream("", text.encode()),
            pdf_image("/DCTDecode", saved(account_view(size=(300, 200)).rotate(90 * place), "JPEG")),
            pdf_image("/FlateDecode", zlib.compress(account_view(size=(300, 200)).rotate(90 * place).tobytes())),
        ]
    return written_pdf(objects)


def pdf_stream(about: str, content: bytes) -> str:
    return f"<< {about} /Length {len(content)} >>\nstream\n{content.decode('latin-1')}\nendstream"


def pdf_image(filter_name: str, content: bytes) -> str:
    kind = "/Type /XObject /Subtype /Image /Width 300 /Height 200 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    return pdf_stream(f"{kind} /Filter {filter_name}", content)


def rewritten_pdf(content: bytes, *, packed: bool = False, linearized: bool = False) -> bytes:
    """Return the PDF as another program writes it: with object streams, or in the order that a browser shows early."""
    mode, written = ObjectStreamMode.generate if packed else ObjectStreamMode.disable, io.BytesIO()
    with Pdf.open(io.BytesIO(content)) as made:
        made.save(written, object_stream_mode=mode, linearize=linearized)
    return written.getvalue()


def revised_pdf(content: bytes, number: int, body: str) -> bytes:
    """Return the PDF with one object replaced in an incremental update, as editors write it."""
    before = int(content.rpartition(b"startxref")[2].split()[0])
    offset = len(content)
    update = f"{number} 0 obj\n{body}\nendobj\n".encode()
    xref = offset + len(update)
    table = f"xref\n{number} 1\n{offset:010d} 00000 n \n"
    end = f"trailer\n<< /Size 9 /Root 1 0 R /Prev {before} >>\nstartxref\n{xref}\n%%EOF\n"
    return content + update + (table + end).encode()


def packed_pdf(hidden: Mapping[int, str]) -> bytes:
    """Return a PDF whose catalogue and ``hidden`` objects are in a compressed stream, hidden from a text search."""
    packed = {1: CATALOGUE.format(more=" ".join(f"/Extra{number} {number} 0 R" for number in hidden)), **hidden}
    bodies = [body.encode() for body in packed.values()]
    starts = [sum(len(one) + 1 for one in bodies[:place]) for place in range(len(bodies))]
    head = " ".join(f"{number} {start}" for number, start in zip(packed, starts, strict=True)).encode() + b" "
    inner = zlib.compress(head + b"\n".join(bodies))
    content = b"%PDF-1.7\n"
    offsets: dict[int, int] = {}
    for number, body in {2: PAGES.encode(), 3: PAGE.encode()}.items():
        offsets[number] = len(content)
        content += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    stream_number, xref_number = max(packed) + 10, max(packed) + 11
    offsets[stream_number] = len(content)
    about = f"/Type /ObjStm /N {len(packed)} /First {len(head)} /Filter /FlateDecode /Length {len(inner)}"
    content += f"{stream_number} 0 obj\n<< {about} >>\nstream\n".encode() + inner + b"\nendstream\nendobj\n"
    offsets[xref_number] = len(content)
    return content + _xref_stream(xref_number, offsets, list(packed), stream_number)


def _xref_stream(own: int, offsets: Mapping[int, int], packed: Sequence[int], stream_number: int) -> bytes:
    rows = []
    for number in range(own + 1):
        if number in offsets:
            rows.append(struct.pack(">BLH", 1, offsets[number], 0))
        elif number in packed:
            rows.append(struct.pack(">BLH", 2, stream_number, packed.index(number)))
        else:
            rows.append(struct.pack(">BLH", 0, 0, 65535))
    table = zlib.compress(b"".join(rows))
    about = f"/Type /XRef /Size {own + 1} /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length {len(table)}"
    start = f"{own} 0 obj\n<< {about} >>\nstream\n".encode()
    return start + table + f"\nendstream\nendobj\nstartxref\n{offsets[own]}\n%%EOF\n".encode()
