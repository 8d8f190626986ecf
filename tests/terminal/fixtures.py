"""SQLite files that this project did not make, in the shape of two that everybody knows.

northwind: names with spaces, a composite key, text keys, no foreign keys, a generated column,
views, a table without a key, one WITHOUT ROWID. chinook: foreign keys, names one may not quote,
N:M by a table of two keys, dates with times, money.
"""

import sqlite3

NORTHWIND = """
create table Customers (
  CustomerID nchar(5) primary key, CompanyName nvarchar(40) not null, ContactName nvarchar(30),
  City nvarchar(15), Country nvarchar(15), Phone nvarchar(24));
create table Categories (
  CategoryID integer primary key autoincrement, CategoryName nvarchar(15) not null,
  Description ntext, Picture image);
create table Products (
  ProductID integer primary key autoincrement, ProductName nvarchar(40) not null,
  CategoryID int, QuantityPerUnit nvarchar(20), UnitPrice money default 0, UnitsInStock smallint
  default 0, Discontinued bit not null default 0);
create table Orders (
  OrderID integer primary key autoincrement, CustomerID nchar(5), OrderDate datetime,
  RequiredDate datetime, Freight money default 0, ShipName nvarchar(40), ShipCountry nvarchar(15));
create table "Order Details" (
  OrderID int not null, ProductID int not null, UnitPrice money not null default 0,
  Quantity smallint not null default 1, Discount real not null default 0,
  "Line Total" money generated always as (round(UnitPrice * Quantity * (1 - Discount), 2)) virtual,
  primary key (OrderID, ProductID), check (Discount >= 0 and Discount <= 1), check (Quantity > 0));
create table "Employee Territories" (
  EmployeeID int not null, TerritoryID nvarchar(20) not null,
  primary key (EmployeeID, TerritoryID)) without rowid;
create table "Import Log" ("when" text, "what happened" text, "select" int);
create view "Products above Average Price" as
  select ProductName, UnitPrice from Products
  where UnitPrice > (select avg(UnitPrice) from Products);
create view "Sales by Category" as
  select c.CategoryName, p.ProductName, sum(d."Line Total") as "Product Sales"
  from "Order Details" d join Products p on p.ProductID = d.ProductID
  join Categories c on c.CategoryID = p.CategoryID group by c.CategoryName, p.ProductName;
insert into Categories (CategoryName, Description) values
  ('Beverages', 'Soft drinks, coffees, teas, beers, and ales'), ('Condiments', 'Sweet and savory'),
  ('Dairy Products', 'Cheeses'), ('Meat/Poultry', null);
insert into Customers values
  ('ALFKI', 'Alfreds Futterkiste', 'Maria Anders', 'Berlin', 'Germany', '030-0074321'),
  ('ANATR', 'Ana Trujillo Emparedados y helados', 'Ana Trujillo', 'México D.F.', 'Mexico', null),
  ('BERGS', 'Berglunds snabbköp', 'Christina Berglund', 'Luleå', 'Sweden', '0921-12 34 65'),
  ('WOLZA', 'Wolski  Zajazd', 'Zbyszek Piestrzeniewicz', 'Warszawa', 'Poland', '(26) 642-7012');
insert into Products (ProductName, CategoryID, QuantityPerUnit, UnitPrice, UnitsInStock, Discontinued)
  values ('Chai', 1, '10 boxes x 20 bags', 18, 39, 0), ('Chang', 1, '24 - 12 oz bottles', 19, 17, 0),
  ('Aniseed Syrup', 2, '12 - 550 ml bottles', 10, 13, 0),
  ('Chef Anton''s Gumbo Mix', 2, '36 boxes', 21.35, 0, 1),
  ('Queso Cabrales', 3, '1 kg pkg.', 21, 22, 0), ('Mishi Kobe Niku', 4, '18 - 500 g pkgs.', 97, 29, 1);
insert into Orders (OrderID, CustomerID, OrderDate, RequiredDate, Freight, ShipName, ShipCountry)
  values
  (10248, 'WOLZA', '2026-10-04 00:00:00', '2026-11-01 00:00:00', 32.38, 'Wolski Zajazd', 'Poland'),
  (10249, 'ALFKI', '2026-11-05 00:00:00', '2026-12-16 00:00:00', 11.61, 'Alfreds', 'Germany'),
  (10250, 'ALFKI', '2026-11-08 00:00:00', null, 65.83, 'Alfreds', 'Germany'),
  (10251, 'BERGS', '2025-01-02 00:00:00', '2025-02-01 00:00:00', 41.34, 'Berglunds', 'Sweden');
insert into "Order Details" (OrderID, ProductID, UnitPrice, Quantity, Discount) values
  (10248, 1, 14, 12, 0), (10248, 2, 9.8, 10, 0), (10249, 5, 34.8, 5, 0.15),
  (10250, 3, 7.7, 10, 0), (10250, 6, 97, 2, 0.05), (10251, 1, 16.8, 6, 0.05);
insert into "Employee Territories" values (1, '06897'), (1, '19713'), (2, '01581');
insert into "Import Log" values ('2026-11-01', 'read 4 orders', 4), ('2026-11-02', 'nothing', 0);
"""

CHINOOK = """
create table [Artist] ([ArtistId] INTEGER NOT NULL, [Name] NVARCHAR(120),
  CONSTRAINT [PK_Artist] PRIMARY KEY ([ArtistId]));
create table [Album] ([AlbumId] INTEGER NOT NULL, [Title] NVARCHAR(160) NOT NULL,
  [ArtistId] INTEGER NOT NULL, CONSTRAINT [PK_Album] PRIMARY KEY ([AlbumId]),
  FOREIGN KEY ([ArtistId]) REFERENCES [Artist] ([ArtistId])
  ON DELETE NO ACTION ON UPDATE NO ACTION);
create table [MediaType] ([MediaTypeId] INTEGER NOT NULL, [Name] NVARCHAR(120),
  CONSTRAINT [PK_MediaType] PRIMARY KEY ([MediaTypeId]));
create table [Track] ([TrackId] INTEGER NOT NULL, [Name] NVARCHAR(200) NOT NULL, [AlbumId] INTEGER,
  [MediaTypeId] INTEGER NOT NULL, [Composer] NVARCHAR(220), [Milliseconds] INTEGER NOT NULL,
  [UnitPrice] NUMERIC(10,2) NOT NULL, CONSTRAINT [PK_Track] PRIMARY KEY ([TrackId]),
  FOREIGN KEY ([AlbumId]) REFERENCES [Album] ([AlbumId]),
  FOREIGN KEY ([MediaTypeId]) REFERENCES [MediaType] ([MediaTypeId]));
create table [Playlist] ([PlaylistId] INTEGER NOT NULL, [Name] NVARCHAR(120),
  CONSTRAINT [PK_Playlist] PRIMARY KEY ([PlaylistId]));
create table [PlaylistTrack] ([PlaylistId] INTEGER NOT NULL, [TrackId] INTEGER NOT NULL,
  CONSTRAINT [PK_PlaylistTrack] PRIMARY KEY ([PlaylistId], [TrackId]),
  FOREIGN KEY ([PlaylistId]) REFERENCES [Playlist] ([PlaylistId]),
  FOREIGN KEY ([TrackId]) REFERENCES [Track] ([TrackId]));
insert into Artist values (1, 'AC/DC'), (2, 'Accept'), (3, 'Antônio Carlos Jobim');
insert into Album values (1, 'For Those About To Rock We Salute You', 1),
  (2, 'Balls to the Wall', 2), (3, 'Restless and Wild', 2), (4, 'Let There Be Rock', 1);
insert into MediaType values (1, 'MPEG audio file'), (2, 'Protected AAC audio file');
insert into Track values
  (1, 'For Those About To Rock (We Salute You)', 1, 1, 'Angus Young', 343719, 0.99),
  (2, 'Balls to the Wall', 2, 2, null, 342562, 0.99), (3, 'Fast As a Shark', 3, 2, null, 230619, 0.99),
  (4, 'Restless and Wild', 3, 2, null, 252051, 0.99), (5, 'Go Down', 4, 1, 'AC/DC', 331180, 1.99);
insert into Playlist values (1, 'Music'), (2, 'Heavy Metal Classic');
insert into PlaylistTrack values (1, 1), (1, 2), (1, 3), (2, 3), (2, 5);
"""


def make(path, script):
    """Writes an SQLite file."""
    database = sqlite3.connect(path)
    try:
        database.executescript(script)
    finally:
        database.close()
    return path
