using System.Collections.Generic;

namespace ModelBuild.Plan;

/// <summary>A whole number that depends on the sizes of a call: rows of a matrix, elements of a buffer. Values are 0 or more unless a kernel asks for less.</summary>
public abstract record PlanSize
{
    /// <summary>The number for given sizes.</summary>
    /// <param name="dims">One size per entry of <see cref="ExecutionPlan.Dims"/>.</param>
    /// <exception cref="System.OverflowException">It does not fit 64 bits.</exception>
    public abstract long Evaluate(IReadOnlyList<long> dims);

    /// <summary>The expression with other expressions in the place of the sizes.</summary>
    /// <param name="dims">One for each size.</param>
    public abstract PlanSize Replace(IReadOnlyList<PlanSize> dims);

    /// <summary>The number of the last size that it depends on, or -1.</summary>
    public abstract int LastDim { get; }

    /// <summary>A number that depends on nothing.</summary>
    public static PlanSize Of(long value) => new SizeNumber(value);

    /// <summary>A sum, without terms of 0.</summary>
    public static PlanSize Sum(PlanSize a, PlanSize b) => (a, b) switch
    {
        (SizeNumber x, SizeNumber y) => Of(checked(x.Value + y.Value)),
        (SizeNumber { Value: 0 }, _) => b,
        (_, SizeNumber { Value: 0 }) => a,
        _ => new SizeSum(a, b),
    };

    /// <summary>A product, without factors of 1.</summary>
    public static PlanSize Product(PlanSize a, PlanSize b) => (a, b) switch
    {
        (SizeNumber x, SizeNumber y) => Of(checked(x.Value * y.Value)),
        (SizeNumber { Value: 1 }, _) => b,
        (_, SizeNumber { Value: 1 }) => a,
        _ => new SizeProduct(a, b),
    };

    /// <summary>A quotient by 1 or more, rounded down.</summary>
    public static PlanSize Quotient(PlanSize value, long divisor) => divisor == 1 ? value : new SizeQuotient(value, divisor);
}

/// <summary>A number that depends on nothing.</summary>
public sealed record SizeNumber(long Value) : PlanSize
{
    /// <inheritdoc/>
    public override long Evaluate(IReadOnlyList<long> dims) => Value;

    /// <inheritdoc/>
    public override PlanSize Replace(IReadOnlyList<PlanSize> dims) => this;

    /// <inheritdoc/>
    public override int LastDim => -1;
}

/// <summary>A size of the call.</summary>
/// <param name="Index">Its place in <see cref="ExecutionPlan.Dims"/>.</param>
public sealed record SizeDim(int Index) : PlanSize
{
    /// <inheritdoc/>
    public override long Evaluate(IReadOnlyList<long> dims) => dims[Index];

    /// <inheritdoc/>
    public override PlanSize Replace(IReadOnlyList<PlanSize> dims) => dims[Index];

    /// <inheritdoc/>
    public override int LastDim => Index;
}

/// <summary>A sum.</summary>
public sealed record SizeSum(PlanSize A, PlanSize B) : PlanSize
{
    /// <inheritdoc/>
    public override long Evaluate(IReadOnlyList<long> dims) => checked(A.Evaluate(dims) + B.Evaluate(dims));

    /// <inheritdoc/>
    public override PlanSize Replace(IReadOnlyList<PlanSize> dims) => Sum(A.Replace(dims), B.Replace(dims));

    /// <inheritdoc/>
    public override int LastDim => System.Math.Max(A.LastDim, B.LastDim);
}

/// <summary>A product.</summary>
public sealed record SizeProduct(PlanSize A, PlanSize B) : PlanSize
{
    /// <inheritdoc/>
    public override long Evaluate(IReadOnlyList<long> dims) => checked(A.Evaluate(dims) * B.Evaluate(dims));

    /// <inheritdoc/>
    public override PlanSize Replace(IReadOnlyList<PlanSize> dims) => Product(A.Replace(dims), B.Replace(dims));

    /// <inheritdoc/>
    public override int LastDim => System.Math.Max(A.LastDim, B.LastDim);
}

/// <summary>A quotient of a number from 0 on by 2 or more, rounded down.</summary>
public sealed record SizeQuotient(PlanSize Value, long Divisor) : PlanSize
{
    /// <inheritdoc/>
    public override long Evaluate(IReadOnlyList<long> dims) => Value.Evaluate(dims) / Divisor;

    /// <inheritdoc/>
    public override PlanSize Replace(IReadOnlyList<PlanSize> dims) => Value.Replace(dims) is SizeNumber number ? Of(number.Value / Divisor) : Quotient(Value.Replace(dims), Divisor);

    /// <inheritdoc/>
    public override int LastDim => Value.LastDim;
}

/// <summary>The lesser of two numbers.</summary>
public sealed record SizeMinimum(PlanSize A, PlanSize B) : PlanSize
{
    /// <inheritdoc/>
    public override long Evaluate(IReadOnlyList<long> dims) => System.Math.Min(A.Evaluate(dims), B.Evaluate(dims));

    /// <inheritdoc/>
    public override PlanSize Replace(IReadOnlyList<PlanSize> dims) => (A.Replace(dims), B.Replace(dims)) switch
    {
        (SizeNumber x, SizeNumber y) => Of(System.Math.Min(x.Value, y.Value)),
        var (x, y) => new SizeMinimum(x, y),
    };

    /// <inheritdoc/>
    public override int LastDim => System.Math.Max(A.LastDim, B.LastDim);
}

/// <summary>The greater of two numbers.</summary>
public sealed record SizeMaximum(PlanSize A, PlanSize B) : PlanSize
{
    /// <inheritdoc/>
    public override long Evaluate(IReadOnlyList<long> dims) => System.Math.Max(A.Evaluate(dims), B.Evaluate(dims));

    /// <inheritdoc/>
    public override PlanSize Replace(IReadOnlyList<PlanSize> dims) => (A.Replace(dims), B.Replace(dims)) switch
    {
        (SizeNumber x, SizeNumber y) => Of(System.Math.Max(x.Value, y.Value)),
        var (x, y) => new SizeMaximum(x, y),
    };

    /// <inheritdoc/>
    public override int LastDim => System.Math.Max(A.LastDim, B.LastDim);
}
