namespace ModelBuild.Compiler.Ir;

/// <summary>Element type of a tensor; the numbers are those of ONNX <c>TensorProto.DataType</c>.</summary>
public enum DType
{
    Undefined = 0,
    F32 = 1,
    U8 = 2,
    I8 = 3,
    U16 = 4,
    I16 = 5,
    I32 = 6,
    I64 = 7,
    String = 8,
    Bool = 9,
    F16 = 10,
    F64 = 11,
    U32 = 12,
    U64 = 13,
    BF16 = 16,
    F8E4M3 = 17,
    F8E4M3Uz = 18,
    F8E5M2 = 19,
    F8E5M2Uz = 20,
    U4 = 21,
    I4 = 22,
    F4E2M1 = 23,
    F8E8M0 = 24,
    U2 = 25,
    I2 = 26,
}
