// Matrices, random keys and tables of data belong to the surface of the language.
@_exported import NumericCore
