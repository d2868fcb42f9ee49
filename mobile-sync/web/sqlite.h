/*
 * What SQLite is built without for a browser: the phone's core keeps one table of sealed rows and looks nothing up by words,
 * places or changes, nor within JSON. Included before SQLite's own source, so it takes back what its build asks for; a third of
 * the core.
 */
#define SQLITE_OMIT_JSON
#undef SQLITE_ENABLE_API_ARMOR
#undef SQLITE_ENABLE_BYTECODE_VTAB
#undef SQLITE_ENABLE_COLUMN_METADATA
#undef SQLITE_ENABLE_DBPAGE_VTAB
#undef SQLITE_ENABLE_DBSTAT_VTAB
#undef SQLITE_ENABLE_FTS5
#undef SQLITE_ENABLE_MATH_FUNCTIONS
#undef SQLITE_ENABLE_OFFSET_SQL_FUNC
#undef SQLITE_ENABLE_PREUPDATE_HOOK
#undef SQLITE_ENABLE_RTREE
#undef SQLITE_ENABLE_SESSION
#undef SQLITE_ENABLE_STMTVTAB
#undef SQLITE_ENABLE_UNKNOWN_SQL_FUNCTION
