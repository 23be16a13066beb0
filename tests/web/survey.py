"""A survey of households in Bình Gia, Lạng Sơn, for tests and screenshots: a form with a cascade, a repeat, a place and
photos, and as many filled ones as asked for. People and answers are invented; the same seed gives the same ones.
"""

import io
import random
import uuid
from dataclasses import dataclass
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw

FORM_ID = "binh_gia_households"
VERSION = "2026112201"

# Communes and their villages, each with a point near its middle.
VILLAGES = {
    "hoang_van_thu": ("Hoàng Văn Thụ", {"na_me": ("Nà Me", 21.952, 106.372), "ban_can": ("Bản Cân", 21.946, 106.384)}),
    "thien_thuat": (
        "Thiện Thuật",
        {"khuoi_luong": ("Khuổi Lương", 22.043, 106.291), "na_lac": ("Nà Lạc", 22.031, 106.3)},
    ),
    "tan_van": ("Tân Văn", {"na_pai": ("Nà Pái", 21.915, 106.42), "ban_deng": ("Bản Đeng", 21.921, 106.434)}),
    "hong_phong": ("Hồng Phong", {"van_mich": ("Văn Mịch", 22.08, 106.36), "na_nat": ("Nà Nạt", 22.091, 106.352)}),
}
_FAMILIES = ("Nông", "Hoàng", "Lương", "Vi", "Lý", "Triệu", "Dương", "Hà", "Lục", "Bế", "Đàm", "Nguyễn")
_MIDDLES = ("Văn", "Thị", "Minh", "Bích", "Quốc", "Thu", "Ngọc", "Đức")
_GIVEN = ("Đức", "Mai", "Hòa", "Hạnh", "Dũng", "Yến", "Chi", "Huệ", "Xuân", "Lan", "Sinh", "Thắm", "Tuấn", "Nga")
_CROPS = {"rice": ("Lúa", "Rice"), "maize": ("Ngô", "Maize"), "anise": ("Hồi", "Star anise"), "tea": ("Chè", "Tea")}
_ROOFS = {"tiles": ("Ngói", "Tiles"), "cement": ("Xi măng", "Cement sheets"), "leaf": ("Lá", "Leaves")}
_COLOURS = {"tiles": (158, 74, 52), "cement": (128, 132, 136), "leaf": (140, 118, 66)}

_LABELS = {
    "place": ("Địa bàn", "Place"),
    "commune": ("Xã", "Commune"),
    "village": ("Thôn", "Village"),
    "point": ("Vị trí nhà", "Where the house is"),
    "household": ("Hộ gia đình", "Household"),
    "head": ("Họ tên chủ hộ", "Name of household head"),
    "visited": ("Ngày đến", "Day of visit"),
    "size": ("Số người trong hộ", "Household size"),
    "crops": ("Cây trồng", "Crops"),
    "income": ("Thu nhập tháng (nghìn đồng)", "Monthly income (thousand dong)"),
    "house": ("Nhà ở", "House"),
    "roof": ("Mái nhà", "Roof"),
    "photo_house": ("Ảnh nhà", "Photo of house"),
    "photo_roof": ("Ảnh mái nhà", "Photo of roof"),
    "member": ("Thành viên", "Member"),
    "name": ("Họ tên", "Name"),
    "age": ("Tuổi", "Age"),
}
_AGE = ("Tuổi phải từ 0 đến 115", "Age must be from 0 to 115")
_INCOME = ("Thu nhập trên 60 triệu một tháng: hãy hỏi lại", "More than 60 million a month: please ask again")


@dataclass(frozen=True)
class Household:
    """One filled form with its photos by name."""

    instance_id: str
    name: str
    xml: bytes
    photos: tuple[tuple[str, bytes], ...]


def form_xml() -> bytes:
    """The form in Vietnamese and English."""
    texts = {f"{name}:label": pair for name, pair in _LABELS.items()} | {"age:message": _AGE, "income:message": _INCOME}
    for names in (_CROPS, _ROOFS):
        texts |= {f"choice:{value}": pair for value, pair in names.items()}
    return _FORM.format(
        form_id=FORM_ID,
        version=VERSION,
        vi=_itext(texts, 0),
        en=_itext(texts, 1),
        communes="".join(_item(value, commune[0]) for value, commune in VILLAGES.items()),
        villages="".join(
            _item(value, village[0], f"<commune>{commune}</commune>")
            for commune, (_, villages) in VILLAGES.items()
            for value, village in villages.items()
        ),
        crops=_choices(_CROPS),
        roofs=_choices(_ROOFS),
    ).encode()


def household(number: int, *, replaces: "Household | None" = None, with_photos: bool = True) -> Household:
    """The household with this number; every fourth breaks a rule of the form."""
    chance = random.Random(number)
    first_id = f"uuid:{uuid.UUID(int=chance.getrandbits(128), version=4)}"
    instance_id = f"uuid:{uuid.uuid4()}" if replaces else first_id
    commune = chance.choice(list(VILLAGES))
    village, (_, latitude, longitude) = chance.choice(list(VILLAGES[commune][1].items()))
    head, roof = _person(chance), chance.choice(list(_ROOFS))
    ages = [chance.randint(25, 70), *(chance.randint(1, 60) for _ in range(chance.randint(0, 4)))]
    if number % 4 == 0:
        ages[-1] = 150
    point = f"{latitude + chance.gauss(0, 0.004):.6f} {longitude + chance.gauss(0, 0.004):.6f} {chance.randint(220, 480)}.0 {chance.uniform(3, 18):.1f}"
    members = "".join(f"<member><name>{_person(chance)}</name><age>{age}</age></member>" for age in ages)
    size = len(ages) + (1 if replaces else 0)
    xml = _INSTANCE.format(
        form_id=FORM_ID, version=VERSION, commune=commune, village=village, point=point, head=escape(head), size=size,
        visited=f"2026-11-{chance.randint(2, 26):02d}", crops=" ".join(chance.sample(list(_CROPS), chance.randint(1, 3))),
        income=chance.randint(8, 90) * 1000 if number % 7 == 0 else chance.randint(8, 40) * 100, roof=roof, members=members,
        instance_id=instance_id, deprecated=f"<deprecatedID>{replaces.instance_id}</deprecatedID>" if replaces else "",
        photo_house="house.jpg" if with_photos else "", photo_roof="roof.jpg" if with_photos else "",
    )  # fmt: skip
    photos = (("house.jpg", photo(number, roof)), ("roof.jpg", photo(number, roof, close=True))) if with_photos else ()
    return Household(instance_id, head, xml.encode(), photos)


def photo(number: int, roof: str, *, close: bool = False) -> bytes:
    """A drawn house below hills, as a JPEG of 800 x 600."""
    chance = random.Random(number * 2 + close)
    image = Image.new("RGB", (800, 600), (176 + chance.randint(-10, 30), 205, 226))
    draw = ImageDraw.Draw(image)
    for layer in range(3):
        top, green = 190 + 60 * layer, 96 + 22 * layer
        ridge = [(x, top - chance.randint(0, 90 - 20 * layer)) for x in range(0, 801, 80)]
        draw.polygon([(0, 600), *ridge, (800, 600)], fill=(52 + 18 * layer, green, 64 + 10 * layer))
    draw.rectangle((0, 440, 800, 600), fill=(132 + chance.randint(-12, 12), 118, 84))
    left, top, width = (40, 190, 720) if close else (chance.randint(160, 260), 300, chance.randint(300, 380))
    height = width * 2 // 5
    draw.rectangle((left, top + height // 2, left + width, top + height * 3 // 2), fill=(214, 196, 164))
    draw.polygon(
        [
            (left - 40, top + height // 2),
            (left + width // 5, top),
            (left + width * 4 // 5, top),
            (left + width + 40, top + height // 2),
        ],
        fill=_COLOURS[roof],
    )
    for step in range(1, 6):
        level = top + height * step // 12
        draw.line(
            (left - 6 * step, level, left + width + 6 * step, level),
            fill=tuple(max(0, c - 26) for c in _COLOURS[roof]),
            width=3,
        )
    door = left + width * chance.randint(3, 6) // 10
    draw.rectangle((door, top + height * 8 // 10, door + width // 8, top + height * 3 // 2), fill=(92, 62, 40))
    draw.rectangle(
        (left + width // 10, top + height * 8 // 10, left + width // 4, top + height * 11 // 10), fill=(70, 90, 104)
    )
    written = io.BytesIO()
    image.save(written, "JPEG", quality=82)
    return written.getvalue()


def _person(chance: random.Random) -> str:
    return f"{chance.choice(_FAMILIES)} {chance.choice(_MIDDLES)} {chance.choice(_GIVEN)}"


def _itext(texts: dict[str, tuple[str, str]], language: int) -> str:
    return "".join(f'<text id="{name}"><value>{escape(pair[language])}</value></text>' for name, pair in texts.items())


def _item(value: str, label: str, more: str = "") -> str:
    return f"<item><name>{value}</name><label>{label}</label>{more}</item>"


def _choices(names: dict[str, tuple[str, str]]) -> str:
    return "".join(f"<item><label ref=\"jr:itext('choice:{value}')\"/><value>{value}</value></item>" for value in names)


_FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa">
 <h:head><h:title>Rà soát hộ Bình Gia</h:title>
  <model>
   <itext>
    <translation lang="Tiếng Việt (vi)" default="true()">{vi}</translation>
    <translation lang="English (en)">{en}</translation>
   </itext>
   <instance><data id="{form_id}" version="{version}">
    <place><commune/><village/><point/></place>
    <household><head/><visited/><size/><crops/><income/></household>
    <house><roof/><photo_house/><photo_roof/></house>
    <member jr:template=""><name/><age/></member>
    <meta><instanceID/><instanceName/></meta>
   </data></instance>
   <instance id="communes"><root>{communes}</root></instance>
   <instance id="villages"><root>{villages}</root></instance>
   <bind nodeset="/data/place/commune" type="string" required="true()"/>
   <bind nodeset="/data/place/village" type="string" required="true()"/>
   <bind nodeset="/data/place/point" type="geopoint"/>
   <bind nodeset="/data/household/head" type="string" required="true()"/>
   <bind nodeset="/data/household/visited" type="date"/>
   <bind nodeset="/data/household/size" type="int"/>
   <bind nodeset="/data/household/crops" type="string"/>
   <bind nodeset="/data/household/income" type="int" constraint=". &lt;= 60000" jr:constraintMsg="jr:itext('income:message')"/>
   <bind nodeset="/data/house/roof" type="string"/>
   <bind nodeset="/data/house/photo_house" type="binary"/>
   <bind nodeset="/data/house/photo_roof" type="binary"/>
   <bind nodeset="/data/member/name" type="string"/>
   <bind nodeset="/data/member/age" type="int" constraint=". &gt;= 0 and . &lt;= 115" jr:constraintMsg="jr:itext('age:message')"/>
   <bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
   <bind nodeset="/data/meta/instanceName" type="string" calculate="/data/household/head"/>
  </model>
 </h:head>
 <h:body>
  <group ref="/data/place"><label ref="jr:itext('place:label')"/>
   <select1 ref="/data/place/commune"><label ref="jr:itext('commune:label')"/>
    <itemset nodeset="instance('communes')/root/item"><value ref="name"/><label ref="label"/></itemset></select1>
   <select1 ref="/data/place/village"><label ref="jr:itext('village:label')"/>
    <itemset nodeset="instance('villages')/root/item[commune = /data/place/commune ]"><value ref="name"/><label ref="label"/></itemset></select1>
   <input ref="/data/place/point"><label ref="jr:itext('point:label')"/></input>
  </group>
  <group ref="/data/household"><label ref="jr:itext('household:label')"/>
   <input ref="/data/household/head"><label ref="jr:itext('head:label')"/></input>
   <input ref="/data/household/visited"><label ref="jr:itext('visited:label')"/></input>
   <input ref="/data/household/size"><label ref="jr:itext('size:label')"/></input>
   <select ref="/data/household/crops"><label ref="jr:itext('crops:label')"/>{crops}</select>
   <input ref="/data/household/income"><label ref="jr:itext('income:label')"/></input>
  </group>
  <group ref="/data/house"><label ref="jr:itext('house:label')"/>
   <select1 ref="/data/house/roof"><label ref="jr:itext('roof:label')"/>{roofs}</select1>
   <upload ref="/data/house/photo_house" mediatype="image/*"><label ref="jr:itext('photo_house:label')"/></upload>
   <upload ref="/data/house/photo_roof" mediatype="image/*"><label ref="jr:itext('photo_roof:label')"/></upload>
  </group>
  <group ref="/data/member"><label ref="jr:itext('member:label')"/><repeat nodeset="/data/member">
   <input ref="/data/member/name"><label ref="jr:itext('name:label')"/></input>
   <input ref="/data/member/age"><label ref="jr:itext('age:label')"/></input>
  </repeat></group>
 </h:body>
</h:html>"""

_INSTANCE = """<data id="{form_id}" version="{version}"><place><commune>{commune}</commune><village>{village}</village>\
<point>{point}</point></place><household><head>{head}</head><visited>{visited}</visited><size>{size}</size>\
<crops>{crops}</crops><income>{income}</income></household><house><roof>{roof}</roof><photo_house>{photo_house}</photo_house>\
<photo_roof>{photo_roof}</photo_roof></house>{members}<meta><instanceID>{instance_id}</instanceID>\
<instanceName>{head}</instanceName>{deprecated}</meta></data>"""
