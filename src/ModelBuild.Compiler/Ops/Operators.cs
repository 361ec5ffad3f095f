using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Contrib;
using ModelBuild.Compiler.Ops.Control;
using ModelBuild.Compiler.Ops.Elementwise;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Compiler.Ops.Legacy;
using ModelBuild.Compiler.Ops.Losses;
using ModelBuild.Compiler.Ops.MachineLearning;
using ModelBuild.Compiler.Ops.Normalization;
using ModelBuild.Compiler.Ops.Quantized;
using ModelBuild.Compiler.Ops.RandomNumbers;
using ModelBuild.Compiler.Ops.Recurrent;
using ModelBuild.Compiler.Ops.Reductions;
using ModelBuild.Compiler.Ops.Resizing;
using ModelBuild.Compiler.Ops.Shapes;
using ModelBuild.Compiler.Ops.Signal;
using ModelBuild.Compiler.Ops.Text;
using ModelBuild.Compiler.Ops.Transformers;
using ModelBuild.Compiler.Ops.Vision;

namespace ModelBuild.Compiler.Ops;

/// <summary>The operators that the compiler knows: one line each.</summary>
public static class Operators
{
    /// <summary>Every operator, grouped by kind.</summary>
    public static IReadOnlyList<Op> All { get; } =
    [
        // Elementwise.
        new Abs(), new Acos(), new Acosh(), new Add(), new And(), new Asin(), new Asinh(), new Atan(), new Atanh(),
        new BitShift(), new BitwiseAnd(), new BitwiseNot(), new BitwiseOr(), new BitwiseXor(), new CastLike(), new Cast(), new Ceil(),
        new Celu(), new Clip(), new Cos(), new Cosh(), new Div(), new Elu(), new Equal(), new Erf(), new Exp(), new Floor(),
        new Gelu(), new Greater(), new GreaterOrEqual(), new HardSigmoid(), new HardSwish(), new IsInf(), new IsNaN(),
        new LeakyRelu(), new Less(), new LessOrEqual(), new Log(), new Max(), new Mean(), new Min(), new Mish(), new Mod(),
        new Mul(), new Neg(), new Not(), new Or(), new PRelu(), new Pow(), new Reciprocal(), new Relu(), new Round(), new Selu(), new Shrink(),
        new Sigmoid(), new Sign(), new Sin(), new Sinh(), new Softplus(), new Softsign(), new Sqrt(), new Sub(), new Sum(), new SwiGlu(), new Swish(),
        new Tan(), new Tanh(), new ThresholdedRelu(), new Where(), new Xor(),

        // Shape and data movement.
        new BitCast(), new Compress(), new Concat(), new Constant(), new ConstantOfShape(), new CumProd(), new CumSum(), new DepthToSpace(), new Dropout(), new Expand(), new EyeLike(),
        new Flatten(), new Gather(), new GatherElements(), new GatherND(), new Identity(), new NonZero(), new OneHot(), new Pad(), new RangeOp(),
        new Reshape(), new ReverseSequence(), new ScatterElements(), new ScatterND(), new ShapeOp(), new Size(), new Slice(), new SpaceToDepth(),
        new Split(), new Squeeze(), new Tile(), new TopK(), new Transpose(), new Trilu(), new Unique(), new Unsqueeze(),

        // Reductions.
        new ArgMax(), new ArgMin(), new ReduceL1(), new ReduceL2(), new ReduceLogSum(), new ReduceLogSumExp(), new ReduceMax(), new ReduceMean(), new ReduceMin(),
        new ReduceProd(), new ReduceSum(), new ReduceSumSquare(),

        // Resampling, regions and boxes.
        new AffineGrid(), new CenterCropPad(), new Col2Im(), new DeformConv(), new GridSample(), new ImageDecoder(), new NonMaxSuppression(), new Resize(), new RoiAlign(),

        // Convolution, pooling, linear algebra.
        new Conv(),
        new ConvTranspose(),
        new Det(),
        new Einsum(),
        new Gemm(),
        new MatMul(),
        new MaxPool(),
        new MaxUnpool(),
        new AveragePool(),
        new LpPool(),
        new GlobalLpPool(),
        new GlobalPoolOp("GlobalAveragePool", isMax: false),
        new GlobalPoolOp("GlobalMaxPool", isMax: true),

        // Normalisation and softmax.
        new BatchNormalization(),
        new GroupNormalization(), new InstanceNormalization(), new LayerNormalization(), new LocalResponseNormalization(), new LpNormalization(), new MeanVarianceNormalization(), new RmsNormalization(),
        new SoftmaxOp("Softmax", isLog: false),
        new SoftmaxOp("LogSoftmax", isLog: true),
        new Hardmax(),

        // Transformers and other sequence models.
        new Attention(), new CausalConvWithState(), new FlexAttention(), new LinearAttention(), new RotaryEmbedding(), new TensorScatter(),

        // Control flow, as models hold it and with what the subgraphs capture as inputs.
        new If(isClosed: false), new Loop(isClosed: false), new Scan(isClosed: false),
        new If(isClosed: true), new Loop(isClosed: true), new Scan(isClosed: true),

        // Signals and text.
        new Dft(), new MelWeightMatrix(), new Stft(), new TfIdfVectorizer(), new StringConcat(), new StringNormalizer(), new StringSplit(), new RegexFullMatch(), new Tokenizer(), new TokenWeights(),
        new WindowOp("BlackmanWindow", [0.42, -0.5, 0.08]), new WindowOp("HammingWindow", [25.0 / 46, -21.0 / 46]), new WindowOp("HannWindow", [0.5, -0.5]),

        // Random numbers of a seed.
        new Bernoulli(), new Multinomial(),
        new RandomGenerator(isNormal: true, isLike: false), new RandomGenerator(isNormal: true, isLike: true), new RandomGenerator(isNormal: false, isLike: false), new RandomGenerator(isNormal: false, isLike: true),

        // Losses.
        new NegativeLogLikelihoodLoss(), new SoftmaxCrossEntropyLoss(),

        // Recurrent networks.
        new Gru(), new Lstm(), new Rnn(),

        // Quantisation.
        new QuantizeLinear(),
        new DequantizeLinear(),
        new DynamicQuantizeLinear(),
        new IntegerLinearOp("ConvInteger", new Conv()),
        new IntegerLinearOp("MatMulInteger", new MatMul()),
        new QLinearOp("", "QLinearConv", new Conv(), operands: 2),
        new QLinearOp("", "QLinearMatMul", new MatMul(), operands: 2),
        new QLinearOp("com.microsoft", "QLinearAdd", new Add(), operands: 2),
        new QLinearOp("com.microsoft", "QLinearMul", new Mul(), operands: 2),
        new QLinearOp("com.microsoft", "QLinearAveragePool", new AveragePool(), operands: 1),
        new QLinearOp("com.microsoft", "QLinearGlobalAveragePool", new GlobalPoolOp("GlobalAveragePool", isMax: false), operands: 1),
        new QLinearOp("com.microsoft", "QLinearSigmoid", new Sigmoid(), operands: 1),
        new QLinearOp("com.microsoft", "QLinearSoftmax", new SoftmaxOp("Softmax", isLog: false), operands: 1),

        // ONNX Runtime's own operators.
        new ContribAttention(), new ContribEmbedLayerNormalization(), new ContribFusedConv(), new ContribFusedGemm(), new ContribFusedMatMul("FusedMatMul"), new ContribFusedMatMul("FusedMatMulActivation"),
        new ContribFusedMatMul("TransposeMatMul"), new ContribGelu("BiasGelu", 2, 2, "none"), new ContribGelu("FastGelu", 1, 2, "tanh"), new ContribGelu("Gelu", 1, 1, "none"),
        new ContribCDist(), new ContribDynamicQuantizeLstm(), new ContribGatherBlockQuantized(), new ContribGridSample(), new ContribGroupQueryAttention(), new ContribQLinearConv(), new ContribQLinearWhere(), new ContribTrilu(),
        new ContribIntegerMatMul(isDynamic: true), new ContribIntegerMatMul(isDynamic: false), new ContribMatMulNBits(), new ContribMultiHeadAttention(), new ContribNhwcMaxPool(), new ContribPad(),
        new ContribQAttention(), new ContribQGemm(), new ContribQLinearConcat(), new ContribQuantization("DequantizeLinear"), new ContribQuantization("QuantizeLinear"),
        new ContribQuickGelu(), new ContribRotaryEmbedding(), new ContribSkipNormalization(isSimplified: false), new ContribSkipNormalization(isSimplified: true),
        new SimplifiedLayerNormalization(),
        new QLinearOp(ContribOp.DomainName, "QLinearLeakyRelu", new LeakyRelu(), operands: 1),
        // Classical models.
        new ArrayFeatureExtractor(), new Binarizer(), new FeatureVectorizer(), new Imputer(), new LabelEncoder(), new LinearClassifier(), new LinearRegressor(), new Normalizer(), new OneHotEncoder(),
        new Scaler(), new SvmClassifier(), new SvmRegressor(), new TreeEnsemble(), new TreeEnsembleClassifier(), new TreeEnsembleRegressor(),

        // Experimental operators that old exporters wrote into the default domain.
        new Affine(), new Crop(), new ImageScaler(),

        // Fused forms that only the compiler makes.
        new CommonSizes(),
        new NhwcConv(),
        new NhwcConvTranspose(),
        new FusedGemm(),
        new Silu(),
        new QuantizedConv(),
        new QuantizedGemm(),
        new IntegerConv(),
        new IntegerGemm(),
        new QuantizedBinaryOp("QuantizedAdd", (a, b) => a + b),
        new QuantizedBinaryOp("QuantizedMul", (a, b) => a * b),
        new QuantizedPoolOp("QuantizedAveragePool", isGlobal: false),
        new QuantizedPoolOp("QuantizedGlobalAveragePool", isGlobal: true),
        new QuantizedConcatOp(),
        new NhwcPool(new MaxPool()),
        new NhwcPool(new AveragePool()),
        new NhwcPool(new LpPool()),
        new NhwcGroupNorm(new GroupNormalization()),
        new NhwcGroupNorm(new InstanceNormalization()),
        new NhwcBatchNorm(),
        new NhwcLocalResponseNorm(),
        new NhwcBlockRearrangement(new DepthToSpace()),
        new NhwcBlockRearrangement(new SpaceToDepth()),
        new PlanarBlocks(),
        new NhwcGlobalPool(new GlobalPoolOp("GlobalAveragePool", isMax: false), "AveragePool.GlobalF32"),
        new NhwcGlobalPool(new GlobalPoolOp("GlobalMaxPool", isMax: true), "MaxPool.Global"),
    ];

    private static readonly Dictionary<(string Domain, string OpType), Op> s_byName = All.ToDictionary(o => (o.Domain, o.OpType));

    /// <summary>Finds definitions in <see cref="All"/>.</summary>
    public static IOperatorSet Set { get; } = new ListOperatorSet();

    private sealed class ListOperatorSet : IOperatorSet
    {
        public Op? Find(string domain, string opType) => s_byName.GetValueOrDefault((domain == "ai.onnx" ? "" : domain, opType));
    }
}
