"""How much anybody may send at once; a form is read before it is known whose it is."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

MOST_OCTETS = 25_000_000  # of a whole form; what is too large for us but below is refused in a sentence of its own


class NotTooMuch(FileUploadHandler):
    """Refuses a form by its announced length and leaves all else to the handlers after it."""

    def handle_raw_input(self, input_data: Any, meta: dict[str, Any], content_length: int, *args: Any) -> None:
        if content_length > MOST_OCTETS:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None
