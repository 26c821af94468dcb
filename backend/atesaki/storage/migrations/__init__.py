"""The Alembic migrations, shipped inside the package so that they run from a wheel."""
