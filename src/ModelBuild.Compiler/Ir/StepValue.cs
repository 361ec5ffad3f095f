namespace ModelBuild.Compiler.Ir;

/// <summary>A literal or operand given to a kernel parameter. The implicit conversions let operators write plain C# values.</summary>
public readonly struct StepValue
{
    private StepValue(object? value) => Value = value;

    /// <summary>The strings of the call.</summary>
    public static StepValue Strings { get; } = new(new CallStrings());

    /// <summary>Operand, int, long, float, double, bool, enum, int[], long[], float[], <see cref="CallStrings"/>, or null for an absent operand.</summary>
    public object? Value { get; }

    public static implicit operator StepValue(Operand? operand) => new(operand);

    public static implicit operator StepValue(int value) => new(value);

    public static implicit operator StepValue(long value) => new(value);

    public static implicit operator StepValue(float value) => new(value);

    public static implicit operator StepValue(double value) => new(value);

    public static implicit operator StepValue(bool value) => new(value);

    public static implicit operator StepValue(Enum value) => new(value);

    public static implicit operator StepValue(int[] values) => new(values);

    public static implicit operator StepValue(long[] values) => new(values);

    public static implicit operator StepValue(float[] values) => new(values);
}
