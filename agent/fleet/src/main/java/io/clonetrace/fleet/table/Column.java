package io.clonetrace.fleet.table;

/**
 * A column of a table.
 *
 * @param unit of a number: {@code bytes}, {@code ns}; empty for one that has none
 * @param nullable whether it is NULL where that was not observed
 * @param key {@code primary}, or the column that it refers to; empty for neither
 * @param meaning what it says, and where that comes from
 */
public record Column(String name, Type type, String unit, boolean nullable, String key, String meaning) {
    /** The types of columns, each with the name that it has in standard SQL. */
    public enum Type {
        /** A {@code Boolean}. */
        BOOLEAN("BOOLEAN"),
        /** A {@code Long}. */
        BIGINT("BIGINT"),
        /** A {@code Double}. */
        DOUBLE("DOUBLE"),
        /** A {@code String}, without lone surrogates: see {@link Texts}. */
        TEXT("VARCHAR"),
        /** A {@code Long}: microseconds since the epoch. In SQL a timestamp without a time zone, in UTC. */
        TIMESTAMP("TIMESTAMP");

        private final String sql;

        Type(String sql) {
            this.sql = sql;
        }

        /**
         * Its name in DuckDB and in standard SQL. Spark calls VARCHAR {@code STRING}, and TIMESTAMP
         * {@code TIMESTAMP_NTZ}.
         */
        public String sql() {
            return sql;
        }

        boolean takes(Object value) {
            return switch (this) {
                case BOOLEAN -> value instanceof Boolean;
                case BIGINT, TIMESTAMP -> value instanceof Long;
                case DOUBLE -> value instanceof Double;
                case TEXT -> value instanceof String;
            };
        }
    }

    /** {@code name | type | unit | NULL or not | key | meaning}. */
    static Column parse(String line) {
        String[] parts = line.split("\\|", 6);
        return new Column(
                parts[0].strip(),
                Type.valueOf(parts[1].strip()),
                parts[2].strip(),
                parts[3].strip().equals("NULL"),
                parts[4].strip(),
                parts[5].strip());
    }

    /**
     * Checks a value.
     *
     * @throws IllegalArgumentException if it is none of this column
     */
    void check(Object value) {
        if (value == null ? !nullable : !type.takes(value)) {
            throw new IllegalArgumentException("column " + name + " can't be " + value);
        }
    }
}
