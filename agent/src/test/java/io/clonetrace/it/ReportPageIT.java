package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Browser;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.report.NativeEvents;
import io.clonetrace.report.Recordings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * The report's pages in a real browser: of some 5,000 threads, some with hostile names; of a leak; and of nine JVMs,
 * one of which leaks.
 */
class ReportPageIT {
    /** Threads of one scenario of the demo application; in all there are more than {@link #MANY}. */
    private static final int THREADS = 461;

    private static final int MANY = 5_000;
    /** The fifth of the 13 hostile names is a script; this many of {@link #THREADS} have it. */
    private static final int SCRIPTS = 36;

    private static final String CORPUS = "io.clonetrace.demoapp.verdict.Corpus";
    private static final String LEAK = "pool-per-call";
    private static final String LEAKING_CLASS = "ForgottenExecutors$PoolPerRequest";
    private static final int HEALTHY_JVMS = 8;
    private static final int NATIVE_THREADS = 13;

    /** Of a page 400 pixels wide. */
    private static final int TALLEST = 15_000;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SCREENSHOTS = System.getProperty("clonetrace.screenshots", "");
    private static final Pattern JAVA_THREADS =
            Pattern.compile("\"kind\": \"java\",\\s+\"created\": (\\d+),\\s+\"before\": (\\d+)");

    private static Path folder;
    private static Path page;
    private static Path json;
    private static Path leak;
    private static Path fleet;
    private static Path sinceBaseline;
    private static Path inNativeCode;
    private static Browser browser;

    @BeforeAll
    static void makePages() throws IOException, InterruptedException {
        folder = Artifacts.folder("report-page");
        browser = Browser.start(folder);
        Path recording = folder.resolve("app.jfr");
        Run app = Run.toEnd(
                folder,
                "app",
                List.of(
                        Jdk.current().tool("java"),
                        Artifacts.agent("record=" + recording, "demo=true", Run.WAIT),
                        "-jar",
                        Artifacts.DEMO.toString(),
                        "--threads=" + THREADS));
        assertEquals(0, app.exitStatus(), app.stderr());
        page = folder.resolve("report.html");
        json = folder.resolve("report.json");
        report(page, "--json", "" + json, "" + recording);
        makeFleet();
        inNativeCode = folder.resolve("native.html");
        report(inNativeCode, "" + Recordings.file(ReportPageIT::recordNativeThreads));
        browser.saveTo(folder);
        browser.size(1280, 1000);
        browser.open(page);
    }

    /** The leak is the only one with the agent, and its recording the last by name. */
    private static void makeFleet() throws IOException, InterruptedException {
        Path recordings = Files.createDirectory(folder.resolve("fleet"));
        List<Run> runs = new ArrayList<>();
        Path leaking = recordings.resolve("leak.jfr");
        runs.add(corpus("leak", Artifacts.agent("record=" + leaking, Run.WAIT), LEAK, "9"));
        for (int jvm = 0; jvm < HEALTHY_JVMS; jvm++) {
            String name = "app-" + jvm;
            runs.add(corpus(
                    name, "-XX:StartFlightRecording=filename=" + recordings.resolve(name + ".jfr"), "fixed-pool", "1"));
        }
        for (Run run : runs) {
            assertEquals(0, run.exitStatus(), run.stderr());
        }
        leak = folder.resolve("leak.html");
        report(leak, "" + leaking);
        fleet = folder.resolve("fleet.html");
        report(fleet, "" + recordings);
        sinceBaseline = folder.resolve("baseline.html");
        report(sinceBaseline, "" + leaking, "--baseline", "" + recordings.resolve("app-0.jfr"));
    }

    private static Run corpus(String name, String option, String program, String seconds) throws IOException {
        return Run.start(
                folder,
                name,
                List.of(
                        Jdk.current().tool("java"),
                        option,
                        "-Xmx64m",
                        "-cp",
                        Artifacts.DEMO.toString(),
                        CORPUS,
                        program,
                        seconds),
                Map.of("HOSTNAME", name + ".example.org"));
    }

    private static void report(Path out, String... arguments) throws IOException, InterruptedException {
        List<String> command = Commands.clonetrace(Jdk.current(), "report", "--html", "" + out);
        command.addAll(List.of(arguments));
        Run report = Run.toEnd(folder, "report", command);
        assertEquals(0, report.exitStatus(), report.stderr());
    }

    /** Of a library that made threads, one of which made others, and was refused one more. */
    private static void recordNativeThreads() {
        String frames = "libc.so.6!pthread_create+0x56c\nlibengine.so!engine::Pool::grow(int, std::vector<std::string,"
                + " std::allocator<std::string> > const&)+0xce\nlibengine.so!Java_com_acme_Engine_open+0x2f";
        NativeEvents.chain(1, "libengine.so", frames, "", "com.acme.Store.open(Store.java:17)");
        for (int i = 0; i < NATIVE_THREADS; i++) {
            NativeEvents.made(100 + i, 99, "engine-" + i, 1, "libengine.so!engine::work+0x0");
            NativeEvents.seen(100 + i, "engine-" + i);
        }
        NativeEvents.made(200, 100, "second", -1, "libengine.so!engine::flush+0x0");
        NativeEvents.seen(200, "second");
        NativeEvents.refused("native", -1, 1, "EAGAIN", "pids.max", 512, 512);
    }

    /** Each test begins at the top of a page that shows all. */
    private static void open(Path one) {
        browser.open(one);
        awaitDrawn();
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void pageShowsTheNumbersOfTheJsonReportWithoutTheNetwork() throws IOException {
        open(page);
        Matcher java = JAVA_THREADS.matcher(Files.readString(json));
        assertTrue(java.find());
        List<String> row = browser
                .driver()
                .findElement(By.xpath("//div[@id='figures']//tr[td[1]='java']"))
                .findElements(By.tagName("td"))
                .stream()
                .map(WebElement::getText)
                .toList();
        assertEquals(java.group(1), row.get(1).replace(",", ""));
        assertEquals(java.group(2), row.get(2).replace(",", ""));
        assertTrue(Long.parseLong(java.group(1)) >= MANY, java.group());
        assertEquals(Long.valueOf(0), browser.run("return threads.left"));
        assertEquals(List.of(), browser.console());
        browser.requests()
                .forEach(url -> assertTrue(url.equals(page.toUri().toString()) || url.startsWith("data:"), url));
        assertFalse(browser.requests().isEmpty());
    }

    @Test
    void clickOnABarShowsItsThread() {
        open(page);
        Map<String, Object> bar = middleOfABar("timeline", "timeline.order[1]", "x + 2");
        click("timeline", bar);
        assertDetailIsOf("timeline.order[1]");
        browser.element("close").click();
        assertFalse(browser.element("detail").isDisplayed());
        browser.run("document.getElementById('stacks').scrollIntoView({ block: 'center' })");
        awaitDrawn();
        Map<String, Object> stack = point("stackBars.chart.convertToPixel({ seriesIndex: 0 }, [4096, 0])");
        click("stacks", stack);
        assertDetailIsOf("stackBars.order[0]");
        browser.element("close").click();
        assertEquals(List.of(), browser.console());
    }

    @Test
    void keyboardReachesAThread() {
        open(page);
        browser.run("document.getElementById('timeline').focus()");
        new Actions(browser.driver())
                .sendKeys(Keys.HOME, Keys.ARROW_DOWN, Keys.ARROW_DOWN, "+", Keys.ENTER)
                .perform();
        assertDetailIsOf("timeline.order[2]");
        new Actions(browser.driver()).sendKeys(Keys.ESCAPE).perform();
        assertFalse(browser.element("detail").isDisplayed());
        assertEquals("timeline", browser.driver().switchTo().activeElement().getAttribute("id"));
    }

    @Test
    void hostileNameIsShownAsText() {
        open(page);
        filter("<script>", SCRIPTS + " of");
        WebElement first = browser.element("list").findElement(By.cssSelector("tbody button"));
        assertTrue(first.getText().contains("<script>alert(1)</script>"), first.getText());
        assertEquals(
                Long.valueOf(0),
                browser.run("return document.querySelectorAll('main script, main b, main img, iframe').length"));
    }

    @Test
    void themeButtonSaysWhatItDoes() throws IOException {
        open(leak);
        screenshot("report-light.png");
        WebElement button = browser.element("scheme");
        Object light = browser.run("return getComputedStyle(document.body).backgroundColor");
        assertEquals("Dark theme", button.getText());
        button.click();
        assertEquals("Light theme", button.getText());
        assertNotEquals(light, browser.run("return getComputedStyle(document.body).backgroundColor"));
        screenshot("report-dark.png");
        button.click();
        assertEquals(light, browser.run("return getComputedStyle(document.body).backgroundColor"));
        assertEquals(List.of(), browser.console());
    }

    @Test
    void narrowPageScrollsItsTablesAndBreaksNoWordByLetters() throws IOException {
        try {
            browser.size(400, 900);
            for (Path one : List.of(page, leak, fleet, sinceBaseline, inNativeCode)) {
                open(one);
                assertEquals(
                        true,
                        browser.run(
                                "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
                        one.toString());
                assertEquals(
                        List.of(),
                        browser.run("const range = document.createRange();"
                                + "return [...document.querySelectorAll('th, td')].filter(cell => {"
                                + " range.selectNodeContents(cell);"
                                + " const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;"
                                + " return lines > 3 + cell.textContent.length / 8; }).map(cell => cell.textContent)"),
                        one.toString());
                long height = (Long) browser.run("return document.documentElement.scrollHeight");
                assertTrue(height < TALLEST, one + " is " + height + " pixels high");
            }
            open(leak);
            screenshot("report-narrow.png");
        } finally {
            browser.size(1280, 1000);
        }
    }

    @Test
    void nativeCodeShowsItsFramesAndWhatWasRefused() throws IOException {
        open(inNativeCode);
        WebElement row = browser.element("creators").findElement(By.cssSelector("tbody tr"));
        assertTrue(row.getText().startsWith("libengine.so!engine::Pool::grow"), row.getText());
        assertTrue(row.getText().contains("called by com.acme.Store.open:17"), row.getText());
        row.findElement(By.className("expand")).click();
        String inner = row.findElement(By.xpath("following-sibling::tr[1]")).getText();
        assertTrue(inner.contains("Start routine: libengine.so!engine::work+0x0"), inner);
        assertTrue(inner.contains("libengine.so!Java_com_acme_Engine_open+0x2f\ncom.acme.Store.open:17"), inner);
        String refused = browser.element("limits").getText();
        assertTrue(
                refused.contains("libengine.so!engine::Pool::grow called by com.acme.Store.open:17 1 1 EAGAIN"),
                refused);
        browser.run("document.querySelectorAll('#tree details').forEach(one => one.open = true)");
        filter("second", "1 of " + (NATIVE_THREADS + 1));
        browser.run("document.querySelector('#list .link').click()");
        String detail = browser.element("detail-content").getText();
        assertTrue(detail.contains("engine-0") && detail.contains("libengine.so!engine::flush"), detail);
        assertEquals(List.of(), browser.console());
        screenshot("report-native.png");
    }

    @Test
    void fleetIsSortedBySeverityAndOpensAtTheWorst() throws IOException {
        open(fleet);
        screenshot("report-fleet.png");
        List<WebElement> rows = browser.element("fleet-table").findElements(By.cssSelector("tbody tr"));
        assertEquals(HEALTHY_JVMS + 1, rows.size());
        assertTrue(
                rows.get(0).getText().contains("leak.example.org"), rows.get(0).getText());
        assertTrue(browser.element("about").getText().contains("leak.example.org"));
        assertTrue(browser.element("finding-list").getText().contains(LEAKING_CLASS));
        assertEquals("true", rows.get(0).getAttribute("aria-current"));
        rows.get(HEALTHY_JVMS).findElement(By.tagName("button")).click();
        assertTrue(browser.element("about").getText().contains("app-"));
        assertFalse(browser.element("finding-list").getText().contains(LEAKING_CLASS));
        assertEquals("true", rows.get(HEALTHY_JVMS).getAttribute("aria-current"));
        assertEquals(List.of(), browser.console());
    }

    @Test
    void findingLinksToItsThreadsAndItsStackTrace() {
        open(leak);
        WebElement finding = browser.driver().findElement(By.xpath("//article[contains(., '" + LEAKING_CLASS + "')]"));
        Object threads = browser.run(
                "return report.jvms[0].findings.find(one => one.summary.includes(arguments[0])"
                        + " || one.evidence.includes(arguments[0])).threads",
                LEAKING_CLASS);
        assertTrue((Long) threads > 0);
        finding.findElement(By.tagName("summary")).click();
        assertTrue(finding.findElement(By.tagName("pre")).getText().contains(LEAKING_CLASS));
        finding.findElement(By.tagName("button")).click();
        assertTrue(browser.element("shown").getText().startsWith(threads + " of "));
        List<WebElement> listed = browser.element("list").findElements(By.cssSelector("tbody tr"));
        listed.forEach(row -> assertTrue(row.getText().contains(LEAKING_CLASS), row.getText()));
        assertFalse(listed.isEmpty());
        browser.element("unselect").click();
        assertFalse(browser.element("selection").isDisplayed());
        assertEquals(List.of(), browser.console());
    }

    @Test
    void findingsAndCallSitesThatAreNewSinceTheBaselineAreShown() throws IOException {
        open(sinceBaseline);
        browser.run("byId('baseline-section').scrollIntoView()");
        screenshot("report-baseline.png");
        String news = browser.element("baseline").getText();
        assertTrue(
                Pattern.compile("appeared.*" + Pattern.quote(LEAKING_CLASS))
                        .matcher(news)
                        .find(),
                news);
        assertFalse(browser.driver()
                .findElements(By.cssSelector("#baseline .finding"))
                .isEmpty());
        assertEquals(List.of(), browser.console());
    }

    @Test
    void threadsOverTimeHaveThePeakAndTheEndOfTheReport() {
        for (Path one : List.of(page, leak)) {
            open(one);
            assertEquals(
                    browser.run("return threads.jvm.threads.peak"),
                    browser.run("return overTime.peak"),
                    one.toString());
            for (String by : List.of("creator", "group", "kind")) {
                browser.run(
                        "byId('series').value = '" + by + "';" + " byId('series').dispatchEvent(new Event('change'))");
                assertEquals(
                        browser.run("return threads.jvm.threads.alive"),
                        browser.run(
                                "return [...byId('legend').children].reduce((sum, entry) => sum"
                                        + " + Number(/([\\d,]+) at the end$/.exec(entry.textContent)[1].replace(/,/g, '')), 0)"),
                        one + " by " + by);
            }
        }
        Object top = browser.run("return byId('over-time').getBoundingClientRect().top");
        assertTrue(((Number) top).doubleValue() < 400, "the chart begins at " + top);
    }

    @Test
    void callSitesAndNamesExpandAndFilter() {
        open(leak);
        for (String table : List.of("creators", "groups")) {
            WebElement row = browser.element(table).findElement(By.cssSelector("tbody tr"));
            row.findElement(By.className("expand")).click();
            WebElement inner = row.findElement(By.xpath("following-sibling::tr[1]"));
            assertTrue(inner.getText().contains(LEAKING_CLASS), inner.getText());
            row.findElement(By.className("expand")).click();
            assertFalse(inner.isDisplayed());
            row.findElement(By.className("only")).click();
            Object of = browser.run("const one = threads.jvm." + table + "[0]; return one.created + one.before");
            assertTrue(browser.element("shown").getText().startsWith(of + " of "), table);
            assertTrue(browser.element("selection").isDisplayed());
            browser.element("unselect").click();
        }
        assertEquals(List.of(), browser.console());
    }

    @Test
    void csvHasTheThreadsThatAreShownAndNoFormula() throws IOException {
        open(page);
        filter("<script>", SCRIPTS + " of");
        browser.element("list-csv").findElement(By.tagName("button")).click();
        Path saved = folder.resolve("clonetrace-threads.csv");
        new WebDriverWait(browser.driver(), PATIENCE).until(driver -> Files.exists(saved));
        List<String> lines = Files.readAllLines(saved);
        assertEquals(SCRIPTS + 1, lines.size());
        lines.subList(1, lines.size())
                .forEach(line -> assertTrue(line.startsWith("\"names-<script>alert(1)</script>"), line));
        assertEquals(
                "\uFEFF\"'=1+1\",\"' @x\",\"'-\",\"a\"\"b\n\",-1,,|",
                browser.run(
                        "return csv([['=1+1', ' @x', '-', 'a\"b\\n', -1, null, undefined]]).replace('\\r\\n', '|')"));
        assertEquals(List.of(), browser.console());
    }

    @Test
    void filterWithoutAMatchSaysSo() {
        open(page);
        filter("there is no such thread", "0 of");
        for (String chart : List.of("over-time", "timeline", "stacks", "list")) {
            assertFalse(browser.element(chart).isDisplayed(), chart);
        }
        List<WebElement> none = browser.driver().findElements(By.className("none"));
        assertEquals(4, none.stream().filter(WebElement::isDisplayed).count());
        none.get(0).findElement(By.tagName("button")).click();
        assertTrue(browser.element("timeline").isDisplayed());
        assertTrue(browser.element("over-time").isDisplayed());
        assertEquals("", browser.element("text").getAttribute("value"));
        assertEquals(List.of(), browser.console());
    }

    @Test
    void tooltipIsBehindTheDetails() {
        open(page);
        browser.run("byId('timeline').scrollIntoView({ block: 'center' }); show(timeline.order[1])");
        browser.run("const chart = timeline.chart; const { width, height } = byId('timeline').getBoundingClientRect();"
                + " chart.dispatchAction({ type: 'showTip', x: width * 0.9, y: height / 2, seriesIndex: 0, dataIndex: 2500,"
                + " position: [width * 0.7, 50] })");
        awaitDrawn();
        assertEquals(
                "detail",
                browser.run("const tip = [...byId('timeline').children].pop().getBoundingClientRect();"
                        + " if (!tip.width) return 'no tooltip';"
                        + " return document.elementFromPoint(tip.right - 5, tip.top + 5).closest('aside, main').id"));
        browser.element("close").click();
        assertEquals(List.of(), browser.console());
    }

    @Test
    void rowsAreCountedUntilThereIsRoomForTheirNames() throws IOException {
        open(page);
        browser.run("byId('threads').scrollIntoView()");
        screenshot("report-threads.png");
        assertTrue(drawnTexts().contains("1,000"), drawnTexts().toString());
        browser.run("timeline.show(50, 100 * 20 / timeline.order.length)");
        awaitDrawn();
        String name = "" + browser.run("return threads.name[timeline.order[Math.floor(timeline.order.length / 2)]]");
        assertTrue(drawnTexts().contains(name), name + " is not in " + drawnTexts());
        assertFalse(drawnTexts().contains("1,000"));
    }

    @Test
    void detailsHaveCpuTimeAndStateOfTheThreadDump() {
        open(leak);
        browser.run("show(threads.name.indexOf('main'))");
        String detail = browser.element("detail").getText();
        assertTrue(
                Pattern.compile("CPU time\\s+[\\d.]+ m?s, in the thread dump at ")
                        .matcher(detail)
                        .find(),
                detail);
        assertTrue(
                Pattern.compile("state\\s+[A-Z_]+.*, in the thread dump at ")
                        .matcher(detail)
                        .find(),
                detail);
        browser.element("close").click();
    }

    private static void filter(String text, String shown) {
        browser.element("text").sendKeys(text);
        new WebDriverWait(browser.driver(), PATIENCE)
                .until(driver -> browser.element("shown").getText().startsWith(shown));
    }

    /** The texts that the timeline has on its canvas. */
    private static List<?> drawnTexts() {
        return (List<?>) browser.run("return timeline.chart.getZr().storage.getDisplayList(true)"
                + ".map(one => one.style && one.style.text).filter(text => text)");
    }

    /** The test also makes the pictures of the docs, if the property names their folder. */
    private static void screenshot(String name) throws IOException {
        awaitDrawn();
        browser.screenshot((SCREENSHOTS.isEmpty() ? folder : Path.of(SCREENSHOTS)).resolve(name));
    }

    /** A chart applies changes at the next frame, and so the places of clicks. */
    private static void awaitDrawn() {
        browser.run("return new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
    }

    private static Map<String, Object> middleOfABar(String chart, String thread, String x) {
        browser.run("document.getElementById('" + chart + "').scrollIntoView({ block: 'center' })");
        // One row, as high as a pointer is exact.
        browser.run("timeline.show(100 * 1.5 / timeline.order.length, 100 * 5 / timeline.order.length)");
        awaitDrawn();
        return point("(() => { const i = " + thread + "; const [x, y] = timeline.chart.convertToPixel({ xAxisIndex: 0,"
                + " yAxisIndex: 0 }, [threads.begin(i), 1.5]); return [" + x + ", y]; })()");
    }

    private static Map<String, Object> point(String script) {
        Object found = browser.run("return " + script);
        List<?> both = (List<?>) found;
        return Map.of("x", both.get(0), "y", both.get(1));
    }

    /** Selenium's offsets start at the element's middle. */
    private static void click(String id, Map<String, Object> point) {
        WebElement chart = browser.element(id);
        int x = ((Number) point.get("x")).intValue() - chart.getSize().getWidth() / 2;
        int y = ((Number) point.get("y")).intValue() - chart.getSize().getHeight() / 2;
        new Actions(browser.driver()).moveToElement(chart, x, y).click().perform();
    }

    private static void assertDetailIsOf(String thread) {
        new WebDriverWait(browser.driver(), PATIENCE)
                .until(driver -> browser.element("detail").isDisplayed());
        Object tid = browser.run("return String(threads.tid[" + thread + "])");
        List<String> facts = browser.element("detail").findElements(By.cssSelector("dd")).stream()
                .map(WebElement::getText)
                .toList();
        assertEquals(tid, facts.get(1));
    }
}
