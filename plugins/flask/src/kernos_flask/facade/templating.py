"""Templates: ``kernos.templating`` and the parts of the Jinja engine."""

from kernos.templating import render_template as render_template
from kernos.templating import render_template_string as render_template_string
from kernos.templating import stream_template as stream_template
from kernos.templating import stream_template_string as stream_template_string
from kernos_templating import DispatchingJinjaLoader as DispatchingJinjaLoader
from kernos_templating import Environment as Environment
