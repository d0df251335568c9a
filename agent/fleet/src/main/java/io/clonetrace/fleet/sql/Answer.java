package io.clonetrace.fleet.sql;

import java.util.List;

/**
 * An answer to a question.
 *
 * @param columns its columns' names
 * @param numeric which of them are of numbers
 * @param rows its rows; null is NULL
 */
public record Answer(List<String> columns, List<Boolean> numeric, List<List<Object>> rows) {}
