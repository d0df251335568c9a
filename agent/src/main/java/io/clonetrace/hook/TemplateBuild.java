package io.clonetrace.hook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Called by the build: weaves {@link ThreadAdvice} into {@link ThreadTemplate}. */
final class TemplateBuild {
    private TemplateBuild() {}

    /** @param arguments the folder of the compiled classes, with those of src/slots in its folder {@code slots} */
    public static void main(String[] arguments) throws IOException {
        byte[] code = JarResource.read("/" + ThreadTemplate.class.getName().replace('.', '/') + ".class");
        Path woven = Path.of(arguments[0]).resolve(TemplateSplicer.RESOURCE.substring(1));
        Files.createDirectories(woven.getParent());
        Files.write(woven, new AdviceWeaver().weaveTemplate(code));
    }
}
