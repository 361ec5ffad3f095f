using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>The operators that are one function of their elements: a line each.</summary>
public static class ElementwiseOperators
{
    /// <summary>Two operands.</summary>
    public static IReadOnlyList<Op> Binary { get; } =
    [
        new BinaryOp("Add", (a, b) => a + b, (a, b) => unchecked(a + b), commutes: true),
        new BinaryOp("Sub", (a, b) => a - b, (a, b) => unchecked(a - b), commutes: false),
        new BinaryOp("Mul", (a, b) => a * b, (a, b) => unchecked(a * b), commutes: true),
        new BinaryOp("Div", (a, b) => a / b, (a, b) => b is 0 or -1 ? unchecked(b * a) : a / b, commutes: false),
        new BinaryOp("Pow", Math.Pow, null, commutes: false),
        new BinaryOp("Max", Math.Max, Math.Max, commutes: true),
        new BinaryOp("Min", Math.Min, Math.Min, commutes: true),
    ];

    /// <summary>One operand.</summary>
    public static IReadOnlyList<Op> Unary { get; } =
    [
        new UnaryOp("Relu", (x, _) => x > 0 || double.IsNaN(x) ? x : 0, "Relu"),
        new UnaryOp("LeakyRelu", (x, a) => x >= 0 ? x : x * a.GetFloat("alpha", 0.01f), "LeakyRelu", ("alpha", "alpha", 0.01f)),
        new UnaryOp("ThresholdedRelu", (x, a) => x > a.GetFloat("alpha", 1) ? x : 0, "ThresholdedRelu", ("alpha", "alpha", 1)),
        new UnaryOp("Sigmoid", (x, _) => 1 / (1 + Math.Exp(-x)), "Sigmoid"),
        new UnaryOp("Tanh", (x, _) => Math.Tanh(x), "Tanh"),
        new UnaryOp("Exp", (x, _) => Math.Exp(x), "Exp"),
        new UnaryOp("Log", (x, _) => Math.Log(x), "Log"),
        new UnaryOp("Sqrt", (x, _) => Math.Sqrt(x), "Sqrt"),
        new UnaryOp("Reciprocal", (x, _) => 1 / x, "Reciprocal"),
        new UnaryOp("Neg", (x, _) => -x, "Neg"),
        new UnaryOp("Abs", (x, _) => Math.Abs(x), "Abs"),
        new UnaryOp("Sign", (x, _) => double.IsNaN(x) ? x : Math.Sign(x), "Sign"),
        new UnaryOp("Floor", (x, _) => Math.Floor(x), "Floor"),
        new UnaryOp("Ceil", (x, _) => Math.Ceiling(x), "Ceil"),
        new UnaryOp("Round", (x, _) => Math.Round(x, MidpointRounding.ToEven), "Round"),
        new UnaryOp("Sin", (x, _) => Math.Sin(x), "Sin"),
        new UnaryOp("Cos", (x, _) => Math.Cos(x), "Cos"),
        new UnaryOp("Tan", (x, _) => Math.Tan(x), "Tan"),
        new UnaryOp("Asin", (x, _) => Math.Asin(x), "Asin"),
        new UnaryOp("Acos", (x, _) => Math.Acos(x), "Acos"),
        new UnaryOp("Atan", (x, _) => Math.Atan(x), "Atan"),
        new UnaryOp("Sinh", (x, _) => Math.Sinh(x), "Sinh"),
        new UnaryOp("Cosh", (x, _) => Math.Cosh(x), "Cosh"),
        new UnaryOp("Asinh", (x, _) => Math.Asinh(x), "Asinh"),
        new UnaryOp("Acosh", (x, _) => Math.Acosh(x), "Acosh"),
        new UnaryOp("Atanh", (x, _) => Math.Atanh(x), "Atanh"),
        new UnaryOp("Softsign", (x, _) => x / (1 + Math.Abs(x)), "Softsign"),
        new UnaryOp("HardSigmoid", (x, a) => Math.Clamp((a.GetFloat("alpha", 0.2f) * x) + a.GetFloat("beta", 0.5f), 0, 1), "HardSigmoid", ("alpha", "alpha", 0.2f), ("beta", "beta", 0.5f)),
        new UnaryOp("HardSwish", (x, _) => x * Math.Clamp((x / 6) + 0.5, 0, 1), "HardSwish"),
    ];
}
