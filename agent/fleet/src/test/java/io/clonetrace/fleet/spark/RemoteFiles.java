package io.clonetrace.fleet.spark;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Local files as those of another file system, {@code remote:/path}, which renames as HDFS does. */
public class RemoteFiles extends RawLocalFileSystem {
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

    /** Does not replace a file. */
    @Override
    public boolean rename(Path from, Path to) throws IOException {
        return !exists(to) && super.rename(from, to);
    }

    /** A local file's status runs ls(1) for its owner, with a path that it takes from the URI. */
    private static FileStatus plain(FileStatus of) {
        return new FileStatus(
                of.getLen(), of.isDirectory(), 1, of.getBlockSize(), of.getModificationTime(), of.getPath());
    }
}
