-- Takes back channel.sql; nothing is lost while front is still there.
ALTER TABLE orders DROP COLUMN channel;
