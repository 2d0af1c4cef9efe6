from tests.cordillera.api.conftest import calls

__all__ = ["calls"]
