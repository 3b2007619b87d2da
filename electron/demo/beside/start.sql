-- What 3.3.2 left: 48 orders, each with the letter of the front end that it came through.
CREATE TABLE orders (
  id integer PRIMARY KEY,
  amount integer NOT NULL,
  front char(1) NOT NULL
);
INSERT INTO orders
SELECT 20260000 + n, n * 37 % 900, CASE WHEN n % 3 = 0 THEN 'F' ELSE 'H' END
FROM generate_series(1, 48) AS n;
