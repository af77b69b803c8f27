"""Take the traces of readings away: what charts say follows other rules since, and is laid again on use."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A page reads years where a figure has no trace, and says the same. `flask charter rebuild` lays them all at once.
    readings = sa.table("readings", *(sa.column(name) for name in ("chart_says", "chart_lower", "chart_upper")))
    op.execute(readings.update().values(chart_says=None, chart_lower=None, chart_upper=None))


def downgrade() -> None:
    # The rules of before lay them again, in the same way.
    readings = sa.table("readings", *(sa.column(name) for name in ("chart_says", "chart_lower", "chart_upper")))
    op.execute(readings.update().values(chart_says=None, chart_lower=None, chart_upper=None))
