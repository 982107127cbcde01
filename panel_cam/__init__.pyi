from . import filters as filters
from .controls.chain_editor import ChainEditor as ChainEditor
from .controls.controls import Controls as Controls
from .controls.filter_picker import FilterPicker as FilterPicker
from .errors import ExecutorError as ExecutorError
from .errors import FilterError as FilterError
from .errors import FrameError as FrameError
from .errors import ImageError as ImageError
from .errors import PanelCamError as PanelCamError
from .functions.as_python import as_python as as_python
from .functions.ranges import Range as Range
from .functions.settings import settings_of as settings_of
from .functions.stateful import stateful as stateful
from .imaging.frame import Frame as Frame
from .imaging.result import Result as Result
from .imaging.shapes import Boxes as Boxes
from .imaging.shapes import Contours as Contours
from .imaging.shapes import Labels as Labels
from .imaging.shapes import Lines as Lines
from .imaging.shapes import Points as Points
from .imaging.shapes import Polygons as Polygons
from .live import Live as Live
from .sources.camera import Camera as Camera
from .view.image_view import ImageView as ImageView
from .view.recorder import Recorder as Recorder

__version__: str
