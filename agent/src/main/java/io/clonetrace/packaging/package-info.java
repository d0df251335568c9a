/** What the build does to the jar's classes; runs only there, and is not in the jar. */
package io.clonetrace.packaging;
