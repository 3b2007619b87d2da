-- The old column goes. 3.3.2 cannot read orders without it.
ALTER TABLE orders DROP COLUMN front;
