/**
 * Small programs written as applications are: outages by threads, and healthy programs that look like them.
 * {@code scripts/verdict.sh} runs them and compares the report's findings with the labels.
 */
package io.clonetrace.demoapp.verdict;
