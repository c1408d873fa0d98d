/**
 * Chapter 7 of "Deep Learning from Scratch" (Koki Saitoh): a convolutional network, from the tensor
 * up.
 *
 * <p>Imports point down only; a test holds the rule. Read from the bottom:
 *
 * <pre>
 *   jupyter             what the notebooks' kernel does beyond IJava; apart from all of this
 *   page                pages that answer in the browser; their scripts are resources
 *   notebook            charts, pictures, tables: may read everything below, only page reads it
 *   workbook            checks of what a learner writes in 07_9
 *   lab                 experiments and their ledger, comparisons, searches; networks in one line
 *   train               the training loop, its history
 *   engine              Engine.of(network): the network's numbers, fast         (speed, above)
 *   net | optim         networks of named layers | SGD, Momentum, AdaGrad, Adam
 *   layer               Convolution, Pooling, AveragePooling, Affine, ReLU, Dropout, SoftmaxWithLoss
 *   conv | data | check window geometry, im2col | MNIST | numerical gradients
 *   tensor              Shape, Tensor, softmax and cross entropy
 *   array               on float[] only: matrix product, vector loops, threads  (speed, below)
 * </pre>
 *
 * <p>The chapter is {@code tensor}, {@code conv}, {@code layer}, {@code net} and {@code optim}: the
 * book's code, with speed below it and above it, never inside. The engine must give the chapter's
 * numbers, but for rounding.
 *
 * <p>Names are the book's: {@code N} images, {@code C} channels, {@code H x W} pixels, {@code FN}
 * filters of {@code FH x FW}, output {@code OH x OW}; {@code W b} parameters, {@code dW db} their
 * gradients.
 */
package convnet;
