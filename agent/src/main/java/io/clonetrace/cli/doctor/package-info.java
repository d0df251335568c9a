/**
 * {@code clonetrace doctor}: what this machine, this user and a given process allow, each finding with where it was
 * read and what to do. Runs in the command; tries sources on a child process of its own, and on the target only those
 * that stop no task.
 */
package io.clonetrace.cli.doctor;
