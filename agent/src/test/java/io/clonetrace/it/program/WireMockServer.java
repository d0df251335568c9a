package io.clonetrace.it.program;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Run;
import java.util.List;
import java.util.regex.Pattern;

/** An HTTP server: WireMock, which is Jetty with computed answers. */
public record WireMockServer() implements ForeignProgram {
    private static final int REQUESTS = 211;
    private static final Pattern PORT = Pattern.compile("port: +(\\d+)");
    private static final String ANSWER = """
        {"request": {"method": "GET", "urlPathPattern": "/echo/.*"},
         "response": {"status": 203, "body": "{{request.pathSegments.[1]}} {{base64 request.url}}",
                      "transformers": ["response-template"]}}
        """;

    @Override
    public String name() {
        return "wiremock";
    }

    @Override
    public List<String> arguments() {
        return List.of(
                "-jar",
                Artifacts.program("wiremock-standalone"),
                "--port",
                "0",
                "--disable-banner",
                "--no-request-journal",
                "--container-threads",
                "47");
    }

    @Override
    public Work connect(Run run) throws Exception {
        String server = "http://localhost:" + Clients.awaitPrinted(run, PORT);
        Clients.post(server + "/__admin/mappings", ANSWER);
        return () -> Clients.all(REQUESTS, number -> Clients.get(server + "/echo/" + number));
    }
}
