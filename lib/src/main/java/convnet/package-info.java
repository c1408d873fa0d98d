/**
 * Chapter 7 of "Deep Learning from Scratch" (Koki Saitoh): a convolutional network, from the tensor
 * up.
 *
 * <p>Imports point down only; a test holds the rule. Read from the bottom:
 *
 * <pre>
 *   jupyter             what the notebooks' kernel does beyond IJava; apart from all of this
 *   notebook            charts, pictures, tables: may read everything, nothing reads it
 *   train               the training loop, its history
 *   net | optim         networks of named layers | SGD, Momentum, AdaGrad, Adam
 *   layer               Convolution, Pooling, Affine, ReLU, SoftmaxWithLoss
 *   conv | data | check window geometry, im2col | MNIST | numerical gradients
 *   tensor              Shape, Tensor, the matrix product, softmax and cross entropy: the JDK alone
 * </pre>
 *
 * <p>Names are the book's: {@code N} images, {@code C} channels, {@code H x W} pixels, {@code FN}
 * filters of {@code FH x FW}, output {@code OH x OW}; {@code W b} parameters, {@code dW db} their
 * gradients.
 */
package convnet;
