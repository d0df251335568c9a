package io.clonetrace.fleet.spark;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Local files as a file system that nobody takes for the local one: {@code remote:/path}. */
public final class RemoteFiles extends RawLocalFileSystem {
    static final String SCHEME = "remote";
    static final String SETTING = "fs." + SCHEME + ".impl";

    static Configuration configuration() {
        Configuration hadoop = new Configuration();
        hadoop.set(SETTING, RemoteFiles.class.getName());
        return hadoop;
    }

    @Override
    public URI getUri() {
        return URI.create(SCHEME + ":///");
    }

    @Override
    public FileStatus getFileStatus(Path file) throws IOException {
        return plain(super.getFileStatus(file));
    }

    @Override
    public FileStatus[] listStatus(Path folder) throws IOException {
        return Arrays.stream(super.listStatus(folder)).map(RemoteFiles::plain).toArray(FileStatus[]::new);
    }

    /** Without what is asked of a local file only when it is needed, by its URI. */
    private static FileStatus plain(FileStatus of) {
        return new FileStatus(
                of.getLen(), of.isDirectory(), 1, of.getBlockSize(), of.getModificationTime(), of.getPath());
    }
}
