namespace ModelBuild.Plan;

/// <summary>One named, literal argument of a kernel call.</summary>
/// <param name="Name">The kernel method's parameter name.</param>
public abstract record PlanArgument(string Name);

/// <summary>A span over plan memory.</summary>
public sealed record OperandArgument(string Name, PlanOperand Operand) : PlanArgument(Name);

/// <summary>An empty span: an optional operand that the model does not have.</summary>
public sealed record AbsentArgument(string Name) : PlanArgument(Name);

/// <summary>The strings of the call, whose numbers stand for them in memory.</summary>
public sealed record StringsArgument(string Name) : PlanArgument(Name);

/// <summary>A 32-bit integer literal.</summary>
public sealed record IntArgument(string Name, int Value) : PlanArgument(Name);

/// <summary>A 64-bit integer literal.</summary>
public sealed record LongArgument(string Name, long Value) : PlanArgument(Name);

/// <summary>A 32-bit floating-point literal; its bits survive the text form.</summary>
public sealed record FloatArgument(string Name, float Value) : PlanArgument(Name);

/// <summary>A 64-bit floating-point literal; its bits survive the text form.</summary>
public sealed record DoubleArgument(string Name, double Value) : PlanArgument(Name);

/// <summary>A truth value.</summary>
public sealed record BoolArgument(string Name, bool Value) : PlanArgument(Name);

/// <summary>A member of an enumeration of <c>ModelBuild.Kernels</c>, for example <c>Activation.Relu</c>.</summary>
public sealed record EnumArgument(string Name, string EnumType, string Member) : PlanArgument(Name);

/// <summary>A literal list of 32-bit integers.</summary>
public sealed record IntsArgument(string Name, PlanList<int> Values) : PlanArgument(Name);

/// <summary>A literal list of 64-bit integers.</summary>
public sealed record LongsArgument(string Name, PlanList<long> Values) : PlanArgument(Name);

/// <summary>A literal list of 32-bit floating-point numbers.</summary>
public sealed record FloatsArgument(string Name, PlanList<float> Values) : PlanArgument(Name);

/// <summary>An integer that depends on the sizes of the call, of 64 bits or of 32.</summary>
public sealed record SizeArgument(string Name, PlanSize Value, bool IsLong) : PlanArgument(Name);

/// <summary>A list of integers, of 64 bits or of 32, some of which depend on the sizes of the call.</summary>
public sealed record SizesArgument(string Name, PlanList<PlanSize> Values, bool IsLong) : PlanArgument(Name);
