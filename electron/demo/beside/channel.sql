-- Orders written by 3.4.0 carry the channel they came through; 3.3.2 does not look at it.
ALTER TABLE orders ADD COLUMN channel varchar(8) NOT NULL DEFAULT '';
UPDATE orders SET channel = CASE front WHEN 'H' THEN 'h5' ELSE 'flex' END;
