"""What other programs write into their pictures, read back: one small reader a program.

`reading.read_settings` is the door. Everything is bounded and nothing is decoded: only the
text that lies in a PNG, JPEG or WebP file is taken out.
"""
