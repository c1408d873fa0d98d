package convnet.jupyter;

import io.github.spencerpark.jupyter.channels.JupyterConnection;
import io.github.spencerpark.jupyter.channels.ShellHandler;
import io.github.spencerpark.jupyter.channels.ShellReplyEnvironment;
import io.github.spencerpark.jupyter.kernel.KernelConnectionProperties;
import io.github.spencerpark.jupyter.messages.Message;
import io.github.spencerpark.jupyter.messages.MessageType;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.zeromq.ZMQ;

/**
 * The kernel's channels, with what other kernels do after an error: cells that were sent before its
 * answer, as <em>Run All</em> sends them, are answered as aborted. What waits is told by asking the
 * channel, not by the clock of the machine that sent it.
 */
final class Connection extends JupyterConnection {
  /** For so long no cell must have come; a frontend sends those of Run All at once. */
  private static final long QUIET_NANOS = 200_000_000L;

  Connection(KernelConnectionProperties properties) throws GeneralSecurityException {
    super(properties);
  }

  /** Answers the cells that wait as aborted and everything else as usual; on the shell's thread. */
  void abortWaiting() {
    long quiet = System.nanoTime() + QUIET_NANOS;
    while (System.nanoTime() - quiet < 0) {
      if ((shell.getEvents() & ZMQ.Poller.POLLIN) == 0) {
        LockSupport.parkNanos(5_000_000);
        continue;
      }
      Message<?> message = shell.readMessage();
      if (message.getHeader().getType() == MessageType.EXECUTE_REQUEST) {
        answer(message, Connection::abort);
        quiet = System.nanoTime() + QUIET_NANOS;
      } else if (answer(message, getHandler(message.getHeader().getType()))) {
        return;
      }
    }
  }

  /** Returns whether the message asked for the kernel's end. */
  @SuppressWarnings({"unchecked", "rawtypes"}) // a handler is kept under its message's type
  private boolean answer(Message<?> message, ShellHandler handler) {
    if (handler == null) {
      return false;
    }
    ShellReplyEnvironment environment = prepareReplyEnv(shell, message);
    try {
      handler.handle(environment, message);
    } finally {
      environment.resolveDeferrals();
    }
    if (environment.isMarkedForShutdown()) {
      close();
    }
    return environment.isMarkedForShutdown();
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // IJava has no class for this content
  static void abort(ShellReplyEnvironment environment, Message request) {
    environment.setBusyDeferIdle();
    Object content = new TreeMap<>(Map.of("status", "aborted"));
    environment.defer();
    environment.reply(new Message(request, MessageType.EXECUTE_REPLY, content));
  }
}
