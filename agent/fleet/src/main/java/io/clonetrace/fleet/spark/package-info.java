/**
 * The export and the questions as jobs of Apache Spark. What a part is, its rows and its files are the same as without
 * Spark; here they are made by many processes, from any file system that Hadoop knows. Runs in Spark's driver and its
 * executors; Spark itself is not in the jar.
 */
package io.clonetrace.fleet.spark;
