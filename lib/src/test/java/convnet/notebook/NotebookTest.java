package convnet.notebook;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.data.Mnist;
import convnet.net.ConvNetConfig;
import convnet.tensor.Shape;
import convnet.testing.Fonts;
import convnet.testing.TinyMnist;
import convnet.train.History;
import convnet.train.Trainer;
import convnet.train.TrainingRun;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import tech.tablesaw.api.Table;

class NotebookTest {
  private static final List<History.Epoch> EPOCHS =
      List.of(
          new History.Epoch(0, 0, Double.NaN, 0.1, 0.11, 1),
          new History.Epoch(1, 600, 0.05, 0.98, 0.97, 2));

  private static BufferedImage decoded(BufferedImage image) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, "png", png));
    return ImageIO.read(new ByteArrayInputStream(png.toByteArray()));
  }

  /** The loss of guessing is ln K. */
  @Test
  void theLossChartEndsALittleAboveTheLossOfGuessing() {
    float[] losses = {1};
    assertEquals(2.5, Charts.loss(losses).getStyler().getYAxisMax());
    assertEquals(1.3, Charts.loss(losses, 3).getStyler().getYAxisMax());
    assertEquals(4.1, Charts.loss(losses, 47).getStyler().getYAxisMax());
  }

  @Test
  void lossChartHoldsEveryUpdate() {
    XYChart chart = Charts.loss(new float[] {2.25f, 0.5f});
    // The first point only keeps XChart from marking the others one by one; it is not drawn.
    assertArrayEquals(new double[] {0.5, 1, 2}, chart.getSeries("loss").getXData());
    assertArrayEquals(new double[] {Double.NaN, 2.25, 0.5}, chart.getSeries("loss").getYData());
    assertEquals("update", chart.getXAxisTitle());
    assertEquals("loss", chart.getYAxisTitle());
  }

  @Test
  void accuracyChartHoldsEveryEpoch() {
    XYChart chart = Charts.accuracy(EPOCHS, 0);
    assertArrayEquals(new double[] {0.1, 0.98}, chart.getSeries("training images").getYData());
    assertArrayEquals(new double[] {0.11, 0.97}, chart.getSeries("test images").getYData());
    assertArrayEquals(new double[] {0, 1}, chart.getSeries("test images").getXData());
  }

  @Test
  void picturesDecodeHeadless() throws IOException {
    Fonts.needed();
    BufferedImage image =
        decoded(Charts.picture(Charts.loss(new float[] {2, 1}), Charts.accuracy(EPOCHS, 0)));
    assertEquals(2080, image.getWidth());
    assertEquals(680, image.getHeight());
  }

  @Test
  void progressShowsARunBeforeDuringAndAfter() throws IOException {
    Fonts.needed();
    Mnist mnist = TinyMnist.load(40, 10);
    ConvNetConfig config =
        ConvNetConfig.chapter7()
            .withInput(Shape.of(1, 8, 8))
            .withFilterSize(3)
            .withBatchSize(10)
            .withEpochs(2);
    TrainingRun run = Trainer.of(config, mnist.train(), mnist.test()).newRun();
    assertEquals("update 0 of 8, 0 s so far", Progress.text(run));
    assertTrue(decoded(Progress.picture(run)).getHeight() > 680);
    Thread.currentThread().interrupt();
    assertTrue(Progress.picture(run).getHeight() > 680);
    assertTrue(Thread.interrupted(), "drawing must not swallow a Stop");
    run.train();
    assertTrue(Progress.text(run).startsWith("update 8 of 8, "));
    assertTrue(Progress.text(run).contains(", done; after epoch 2: "));
    assertTrue(decoded(Progress.picture(run)).getHeight() > 680);
  }

  @Test
  void shapesTable() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("Conv1", Shape.of(100, 30, 24, 24));
    assertEquals(
        "<table><thead><tr><th scope=\"col\">layer</th><th scope=\"col\">output shape</th></tr></thead><tbody>"
            + "<tr><td>Conv1</td><td>(100, 30, 24, 24)</td></tr></tbody></table>",
        Tables.html(Tables.shapes(shapes)));
  }

  @Test
  void tablesBesideEachOther() {
    Table memo = Tables.memo();
    assertEquals(11, memo.rowCount());
    Table both = Tables.beside(memo.first(2), memo, ", memo");
    assertEquals(
        List.of(
            "epoch",
            "updates",
            "loss",
            "train accuracy",
            "test accuracy",
            "loss, memo",
            "train accuracy, memo",
            "test accuracy, memo"),
        both.columnNames());
    assertEquals(2, both.rowCount());
    assertTrue(
        Tables.html(both)
            .contains(
                "<tr><td>1</td><td>600</td><td>0.0699</td><td>0.9784</td><td>0.9780</td>"
                    + "<td>0.0699</td><td>0.9784</td><td>0.9780</td></tr>"));
    assertTrue(Tables.html(both).contains("<td>0</td><td>0</td><td>–</td>"));
  }
}
