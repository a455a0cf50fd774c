from tests.chat.conftest import at

__all__ = ["at"]
