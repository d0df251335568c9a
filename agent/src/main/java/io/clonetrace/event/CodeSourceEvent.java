package io.clonetrace.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Where the classes of a package come from, which tells an application's code from its libraries'. */
@Name("clonetrace.CodeSource")
@Label("Code Source")
@Category("clonetrace")
@Description("Where the loaded classes of a package outside the JDK come from: one event for each package and place")
@StackTrace(false)
public final class CodeSourceEvent extends Event {
    @Label("Package")
    @Description("The package of the classes; empty text for the unnamed package")
    public String codePackage;

    @Label("Location")
    @Description("The path or URL of their jar or directory, without user, query and fragment; empty if they have none")
    public String location;

    @Label("Classes")
    @Description("How many classes of the package were loaded from there")
    public int classes;
}
