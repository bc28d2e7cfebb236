"""Settings and logging shared by every package of the workspace."""

from dp_core.log import get_logger
from dp_core.settings import PlatformSettings

__all__ = ["PlatformSettings", "get_logger"]
