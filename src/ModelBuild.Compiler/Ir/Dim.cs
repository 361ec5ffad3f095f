using System.Globalization;

namespace ModelBuild.Compiler.Ir;

/// <summary>One dimension of a shape: a number, a symbolic expression such as <c>batch</c> or <c>2*seq</c>, or unknown.</summary>
public readonly record struct Dim
{
    private readonly long _value;
    private readonly string? _symbol;

    /// <summary>A known dimension.</summary>
    /// <param name="value">Size, 0 or more.</param>
    public Dim(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        _value = value;
    }

    /// <summary>A symbolic dimension. Two with the same text are the same size.</summary>
    public Dim(string symbol)
    {
        ArgumentException.ThrowIfNullOrEmpty(symbol);
        _symbol = symbol;
    }

    /// <summary>A dimension of which nothing is known; equal sizes cannot be concluded from it.</summary>
    public static Dim Unknown { get; } = new("?");

    /// <summary>True when the size is a number.</summary>
    public bool IsKnown => _symbol is null;

    /// <summary>True when neither number nor expression is known.</summary>
    public bool IsUnknown => _symbol == "?";

    /// <summary>True for a symbolic expression.</summary>
    public bool IsSymbolic => _symbol is not null && !IsUnknown;

    /// <summary>The size.</summary>
    /// <exception cref="InvalidOperationException">The dimension is not known.</exception>
    public long Value => _symbol is null ? _value : throw new InvalidOperationException($"Dimension '{_symbol}' has no known size.");

    /// <summary>The expression, or null for a number.</summary>
    public string? Symbol => _symbol;

    /// <summary>A number as a dimension.</summary>
    public static implicit operator Dim(long value) => new(value);

    /// <summary>Sum; symbolic where an operand is.</summary>
    public static Dim operator +(Dim a, Dim b) => (a.IsKnown, b.IsKnown) switch
    {
        (true, true) => new Dim(checked(a._value + b._value)),
        (true, false) when a._value == 0 => b,
        (false, true) when b._value == 0 => a,
        _ => a.IsUnknown || b.IsUnknown ? Unknown : new Dim($"({a}+{b})"),
    };

    /// <summary>Product; symbolic where an operand is.</summary>
    public static Dim operator *(Dim a, Dim b) => (a.IsKnown, b.IsKnown) switch
    {
        (true, true) => new Dim(checked(a._value * b._value)),
        (true, false) when a._value == 1 => b,
        (false, true) when b._value == 1 => a,
        (true, false) when a._value == 0 => new Dim(0),
        (false, true) when b._value == 0 => new Dim(0),
        _ => a.IsUnknown || b.IsUnknown ? Unknown : new Dim($"{a}*{b}"),
    };

    /// <summary>Applies <paramref name="function"/> to a known size; anything else becomes unknown.</summary>
    public Dim Map(Func<long, long> function) => IsKnown ? new Dim(function(_value)) : Unknown;

    /// <inheritdoc/>
    public override string ToString() => _symbol ?? _value.ToString(CultureInfo.InvariantCulture);
}
