"""Pictures with the settings of other programs, made here after their documented forms."""

from __future__ import annotations

import json
from io import BytesIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PROMPT = 'a "red" fox, in snow: dawn – 雪\nsecond line'
NEGATIVE = "blurry, text"
SEED = 4_294_967_299  # more than 32 bits
A1111_TEXT = (
    f"{PROMPT}\nNegative prompt: {NEGATIVE}\n"
    "Steps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 4294967299,"
    ' Size: 640x384, Model hash: 1a2b3c, Model: dreamy_v2, Lora hashes: "one: 11, two: 22",'
    " Version: v1.10.1"
)
INVOKEAI = {
    "app_version": "5.6.0", "generation_mode": "flux_txt2img", "positive_prompt": PROMPT,
    "negative_prompt": NEGATIVE, "width": 640, "height": 384, "seed": SEED, "steps": 28,
    "guidance": 6.5, "scheduler": "euler",
    "model": {"key": "k", "hash": "h", "name": "dreamy_v2", "base": "flux", "type": "main"},
}  # fmt: skip
SWARMUI = {
    "sui_image_params": {
        "prompt": PROMPT, "negativeprompt": NEGATIVE, "model": "dreamy_v2", "images": 1,
        "seed": SEED, "steps": 28, "cfgscale": 6.5, "width": 640, "height": 384,
        "aspectratio": "Custom", "swarm_version": "0.9.5",
    },
    "sui_extra_data": {"date": "2026-01-01"},
}  # fmt: skip
FOOOCUS = {
    "prompt": PROMPT, "negative_prompt": NEGATIVE, "styles": "['Fooocus V2']",
    "performance": "Quality", "steps": 28, "resolution": "(640, 384)", "guidance_scale": 6.5,
    "base_model": "dreamy_v2", "seed": str(SEED), "metadata_scheme": "fooocus",
    "version": "Fooocus v2.5.5",
}  # fmt: skip
DRAW_THINGS = {
    "c": PROMPT, "uc": NEGATIVE, "seed": SEED, "size": "640x384", "model": "dreamy_v2",
    "steps": 28, "scale": 6.5, "sampler": "Euler Ancestral", "v2": {"seed": SEED},
}  # fmt: skip
NOVELAI = {
    "prompt": PROMPT, "steps": 28, "height": 384, "width": 640, "scale": 6.5, "uc": NEGATIVE,
    "sampler": "k_euler", "seed": SEED,
}  # fmt: skip
COMFYUI = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": SEED, "steps": 28, "cfg": 6.5, "sampler_name": "euler", "scheduler": "normal",
            "denoise": 1.0, "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "dreamy_v2"}},
    "5": {
        "class_type": "EmptyLatentImage",
        "inputs": {"width": 640, "height": 384, "batch_size": 1},
    },
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": PROMPT, "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": NEGATIVE, "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}, "is_changed": [float("nan")]},
}  # fmt: skip
COMFYUI_FLUX = {
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": ["40", 0], "clip": ["11", 0]}},
    "40": {"class_type": "PrimitiveString", "inputs": {"value": PROMPT}},
    "13": {
        "class_type": "SamplerCustomAdvanced",
        "inputs": {
            "noise": ["25", 0], "guider": ["22", 0], "sampler": ["16", 0], "sigmas": ["17", 0],
            "latent_image": ["27", 0],
        },
    },
    "16": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
    "17": {"class_type": "BasicScheduler", "inputs": {"scheduler": "simple", "steps": 28}},
    "22": {"class_type": "BasicGuider", "inputs": {"model": ["12", 0], "conditioning": ["26", 0]}},
    "12": {"class_type": "UNETLoader", "inputs": {"unet_name": "dreamy_v2"}},
    "25": {"class_type": "RandomNoise", "inputs": {"noise_seed": SEED}},
    "26": {"class_type": "FluxGuidance", "inputs": {"guidance": 6.5, "conditioning": ["6", 0]}},
    "27": {"class_type": "EmptySD3LatentImage", "inputs": {"width": 640, "height": 384}},
    "11": {"class_type": "DualCLIPLoader", "inputs": {"clip_name1": "t5"}},
}  # fmt: skip


def png(size: tuple[int, int] = (64, 48), color: int = 90, **texts: str) -> bytes:
    """A PNG with text chunks; a keyword that ends in `_packed` is written as zTXt, and any text
    that is no Latin-1 as iTXt.
    """
    info = PngInfo()
    for name, text in texts.items():
        if name.endswith("_packed"):
            info.add_text(name.removesuffix("_packed"), text, zip=True)
        else:
            info.add_text(name, text)
    out = BytesIO()
    Image.new("RGB", size, (color, 40, 200 - color // 2)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def xmp_png(packet: str) -> bytes:
    """A PNG with an XMP packet."""
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet)
    out = BytesIO()
    Image.new("RGB", (64, 48)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def draw_things_packet(comment: dict[str, object]) -> str:
    """The XMP packet of Draw Things."""
    from xml.sax.saxutils import escape

    text = escape(json.dumps(comment))
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/">'
        "<xmp:CreatorTool>Draw Things</xmp:CreatorTool><exif:UserComment><rdf:Alt>"
        f'<rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></exif:UserComment>'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def with_comment(
    form: str, text: str, code: bytes = b"UNICODE\0", coding: str = "utf-16-be"
) -> bytes:
    """A JPEG or WebP with an EXIF UserComment."""
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = code + text.encode(coding)
    out = BytesIO()
    Image.new("RGB", (64, 48)).save(out, form, exif=exif)
    return out.getvalue()


def with_tag(form: str, tag: int, text: str) -> bytes:
    """A JPEG or WebP with one text of the first EXIF directory."""
    exif = Image.Exif()
    exif[tag] = text
    out = BytesIO()
    Image.new("RGB", (64, 48)).save(out, form, exif=exif)
    return out.getvalue()
